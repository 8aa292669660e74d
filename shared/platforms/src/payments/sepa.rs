//! SEPA credit transfers: ISO 20022 `pain.001.001.09`, as the European Payments Council's customer-to-bank
//! guidelines for credit transfers use it.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use tributary_domain::payout::Account;
use tributary_domain::{Day, Money, Timestamp};

use super::{Payment, Unpayable, rows};

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
const SEPA_CURRENCY: &str = "EUR";
/// `Max70Text` of the guidelines.
const LONGEST_NAME: usize = 70;
/// The signs that every bank of the scheme must take, beside Latin letters without marks and digits (EPC217-08).
const SIGNS: &str = "/-?:().,'+ ";

/// What a file orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order<'a> {
    /// The payout's id.
    pub id: &'a str,
    /// When the file is made.
    pub now: Timestamp,
    /// When the bank is to carry it out.
    pub on: Day,
    /// Whose money it is.
    pub payer: &'a Account,
}

/// A transfer of which everything is known.
struct Transfer<'a> {
    id: String,
    name: String,
    iban: &'a str,
    bic: Option<&'a str>,
    amount: Money,
}

type Xml = Writer<Vec<u8>>;
type Written = std::io::Result<()>;

/// The file of these payments.
///
/// # Errors
/// When a payment is in another currency than the euro, or names whose account is not known.
pub fn write(order: &Order<'_>, payments: &[Payment]) -> Result<Vec<u8>, Unpayable> {
    if payments.iter().any(|payment| payment.amount.currency.code() != SEPA_CURRENCY) {
        return Err(Unpayable::Currency);
    }
    let (Some(holder), Some(iban)) = (&order.payer.holder, &order.payer.iban) else {
        return Err(Unpayable::Payer);
    };
    let payer = Party {
        name: &latin(holder),
        iban: iban.as_str(),
        bic: order.payer.bic.as_ref().map(tributary_domain::iban::Bic::as_str),
    };
    let transfers = rows(payments, transfer)?;
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    document(&mut xml, order, &payer, &transfers).map_err(|error| Unpayable::Broken(error.to_string()))?;
    Ok(xml.into_inner())
}

/// Whose account.
struct Party<'a> {
    name: &'a str,
    iban: &'a str,
    bic: Option<&'a str>,
}

fn transfer(payment: &Payment) -> Result<Transfer<'_>, &'static str> {
    let account = &payment.account;
    Ok(Transfer {
        id: id(&payment.id),
        name: latin(account.holder.as_ref().or(payment.name.as_ref()).ok_or("the account holder's name")?),
        iban: account.iban.as_ref().ok_or("the iban")?.as_str(),
        bic: account.bic.as_ref().map(tributary_domain::iban::Bic::as_str),
        amount: payment.amount,
    })
}

/// A name in the letters of the scheme.
fn latin(name: &str) -> String {
    let plain = deunicode::deunicode(name);
    plain.chars().map(|letter| if is_allowed(letter) { letter } else { ' ' }).take(LONGEST_NAME).collect()
}

/// An id in the letters of the scheme, which has no underscore: `pay_01...` is `pay-01...`. All ids here are shorter
/// than its 35 characters.
fn id(id: &str) -> String {
    id.chars().map(|letter| if is_allowed(letter) { letter } else { '-' }).collect()
}

fn is_allowed(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || SIGNS.contains(letter)
}

fn document(xml: &mut Xml, order: &Order<'_>, payer: &Party<'_>, transfers: &[Transfer<'_>]) -> Written {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("Document").with_attribute(("xmlns", NAMESPACE)).write_inner_content(|xml| {
        within(xml, "CstmrCdtTrfInitn", |xml| {
            within(xml, "GrpHdr", |xml| {
                text(xml, "MsgId", &id(order.id))?;
                text(xml, "CreDtTm", &order.now.to_string())?;
                sums(xml, transfers)?;
                within(xml, "InitgPty", |xml| text(xml, "Nm", payer.name))
            })?;
            within(xml, "PmtInf", |xml| payment_information(xml, order, payer, transfers))
        })
    })?;
    Ok(())
}

fn payment_information(
    xml: &mut Xml,
    order: &Order<'_>,
    payer: &Party<'_>,
    transfers: &[Transfer<'_>],
) -> Written {
    text(xml, "PmtInfId", &id(order.id))?;
    text(xml, "PmtMtd", "TRF")?;
    sums(xml, transfers)?;
    within(xml, "PmtTpInf", |xml| within(xml, "SvcLvl", |xml| text(xml, "Cd", "SEPA")))?;
    within(xml, "ReqdExctnDt", |xml| text(xml, "Dt", &order.on.to_string()))?;
    within(xml, "Dbtr", |xml| text(xml, "Nm", payer.name))?;
    account(xml, "DbtrAcct", payer.iban)?;
    within(xml, "DbtrAgt", |xml| {
        within(xml, "FinInstnId", |xml| match payer.bic {
            Some(bic) => text(xml, "BICFI", bic),
            // The scheme's word where only the account's number is known.
            None => within(xml, "Othr", |xml| text(xml, "Id", "NOTPROVIDED")),
        })
    })?;
    text(xml, "ChrgBr", "SLEV")?;
    transfers.iter().try_for_each(|transfer| credit(xml, order, transfer))
}

fn credit(xml: &mut Xml, order: &Order<'_>, transfer: &Transfer<'_>) -> Written {
    within(xml, "CdtTrfTxInf", |xml| {
        within(xml, "PmtId", |xml| text(xml, "EndToEndId", &transfer.id))?;
        within(xml, "Amt", |xml| {
            xml.create_element("InstdAmt")
                .with_attribute(("Ccy", transfer.amount.currency.code()))
                .write_text_content(BytesText::new(&transfer.amount.to_decimal()))
                .map(drop)
        })?;
        if let Some(bic) = transfer.bic {
            within(xml, "CdtrAgt", |xml| within(xml, "FinInstnId", |xml| text(xml, "BICFI", bic)))?;
        }
        within(xml, "Cdtr", |xml| text(xml, "Nm", &transfer.name))?;
        account(xml, "CdtrAcct", transfer.iban)?;
        within(xml, "RmtInf", |xml| text(xml, "Ustrd", &id(order.id)))
    })
}

/// How many transfers, and what they sum up to.
fn sums(xml: &mut Xml, transfers: &[Transfer<'_>]) -> Written {
    text(xml, "NbOfTxs", &transfers.len().to_string())?;
    let sum = transfers.iter().fold(0_i64, |sum, transfer| sum.saturating_add(transfer.amount.amount));
    let Some(first) = transfers.first() else { return Ok(()) };
    text(xml, "CtrlSum", &Money::new(sum, first.amount.currency).to_decimal())
}

fn account(xml: &mut Xml, name: &str, iban: &str) -> Written {
    within(xml, name, |xml| within(xml, "Id", |xml| text(xml, "IBAN", iban)))
}

fn within(xml: &mut Xml, name: &str, write: impl FnOnce(&mut Xml) -> Written) -> Written {
    xml.create_element(name).write_inner_content(write).map(drop)
}

fn text(xml: &mut Xml, name: &str, text: &str) -> Written {
    xml.create_element(name).write_text_content(BytesText::new(text)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::super::tests::payment;
    use super::*;
    use tributary_domain::iban::{Bic, Iban};

    fn payer() -> Account {
        Account {
            holder: Some("Müller & Söhne".to_owned()),
            iban: Some(Iban::parse("GB82WEST12345698765432").unwrap()),
            bic: Some(Bic::parse("COBADEFFXXX").unwrap()),
            paypal: None,
        }
    }

    fn file(payer: &Account, payments: &[Payment]) -> Result<String, Unpayable> {
        let order = Order {
            id: "pay_1",
            now: Timestamp::parse("2026-11-21T09:30:00Z").unwrap(),
            on: Day::parse("2026-11-23").unwrap(),
            payer,
        };
        write(&order, payments).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    // R54
    #[test]
    fn a_bank_gets_a_file_of_credit_transfers() {
        let payments = [payment("crt_1", 1_250, "EUR"), payment("crt_2", 5, "EUR")];
        let file = file(&payer(), &payments).unwrap();
        let plain: String = file.lines().map(str::trim).collect();
        for part in [
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"><CstmrCdtTrfInitn><GrpHdr>",
            "<MsgId>pay-1</MsgId><CreDtTm>2026-11-21T09:30:00Z</CreDtTm><NbOfTxs>2</NbOfTxs><CtrlSum>12.55</CtrlSum>",
            "<InitgPty><Nm>Muller   Sohne</Nm></InitgPty></GrpHdr><PmtInf><PmtInfId>pay-1</PmtInfId><PmtMtd>TRF</PmtMtd>",
            "<ReqdExctnDt><Dt>2026-11-23</Dt></ReqdExctnDt><Dbtr><Nm>Muller   Sohne</Nm></Dbtr>",
            "<DbtrAcct><Id><IBAN>GB82WEST12345698765432</IBAN></Id></DbtrAcct>",
            "<DbtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></DbtrAgt><ChrgBr>SLEV</ChrgBr>",
            "<CdtTrfTxInf><PmtId><EndToEndId>crt-2</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"EUR\">0.05</InstdAmt></Amt>",
            "<Cdtr><Nm>Jose Garcia</Nm></Cdtr><CdtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></CdtrAcct>",
            "<RmtInf><Ustrd>pay-1</Ustrd></RmtInf></CdtTrfTxInf></PmtInf></CstmrCdtTrfInitn></Document>",
        ] {
            assert!(plain.contains(part), "{part}\n{plain}");
        }
    }

    /// What the schema of the guidelines (EPC132-08) lets stand in an element, in its order, as far as we write it or
    /// stand beside it.
    const SCHEMA: [(&str, &str); 18] = [
        ("Document", "CstmrCdtTrfInitn"),
        ("CstmrCdtTrfInitn", "GrpHdr PmtInf SplmtryData"),
        ("GrpHdr", "MsgId CreDtTm Authstn NbOfTxs CtrlSum InitgPty FwdgAgt"),
        ("InitgPty", "Nm PstlAdr Id"),
        (
            "PmtInf",
            "PmtInfId PmtMtd BtchBookg NbOfTxs CtrlSum PmtTpInf ReqdExctnDt PoolgAdjstmntDt Dbtr \
             DbtrAcct DbtrAgt DbtrAgtAcct InstrForDbtrAgt UltmtDbtr ChrgBr ChrgsAcct ChrgsAcctAgt \
             CdtTrfTxInf",
        ),
        ("PmtTpInf", "InstrPrty SvcLvl LclInstrm CtgyPurp"),
        ("SvcLvl", "Cd"),
        ("ReqdExctnDt", "Dt"),
        ("Dbtr", "Nm PstlAdr Id"),
        ("DbtrAcct", "Id Tp Ccy Nm Prxy"),
        ("Id", "IBAN"),
        ("FinInstnId", "BICFI ClrSysMmbId LEI Nm PstlAdr Othr"),
        (
            "CdtTrfTxInf",
            "PmtId PmtTpInf Amt XchgRateInf ChrgBr ChqInstr UltmtDbtr CdtrAgt CdtrAgtAcct Cdtr \
             CdtrAcct UltmtCdtr InstrForCdtrAgt Purp RgltryRptg Tax RltdRmtInf RmtInf",
        ),
        ("PmtId", "InstrId EndToEndId UETR"),
        ("Amt", "InstdAmt"),
        ("Cdtr", "Nm PstlAdr Id"),
        ("CdtrAcct", "Id Tp Ccy Nm Prxy"),
        ("RmtInf", "Ustrd Strd"),
    ];

    /// Each element of a file with those in it.
    fn elements(file: &str) -> Vec<(String, Vec<String>)> {
        let (mut open, mut closed) = (Vec::<(String, Vec<String>)>::new(), Vec::new());
        let mut reader = quick_xml::Reader::from_str(file);
        loop {
            match reader.read_event().unwrap() {
                Event::Start(element) => {
                    let name = element.local_name().as_ref().to_owned();
                    if let Some((_, children)) = open.last_mut() {
                        children.push(name.clone());
                    }
                    open.push((name, Vec::new()));
                }
                Event::End(_) => closed.extend(open.pop()),
                Event::Eof => return closed,
                _ => {}
            }
        }
    }

    // R54
    #[test]
    fn every_element_stands_where_the_schema_has_it() {
        let swift = Payment {
            account: Account {
                bic: Some(Bic::parse("COBADEFF").unwrap()),
                ..payment("crt_1", 1, "EUR").account
            },
            ..payment("crt_1", 1, "EUR")
        };
        let nameless = Account { bic: None, ..payer() };
        for payer in [payer(), nameless] {
            let file = file(&payer, &[swift.clone(), payment("crt_2", 2, "EUR")]).unwrap();
            let mut held = 0;
            for (name, children) in elements(&file) {
                let Some((_, known)) = SCHEMA.iter().find(|(known, _)| *known == name) else { continue };
                let place = |child: &String| known.split(' ').position(|known| known == child);
                let places: Vec<_> = children.iter().map(place).collect();
                assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{name}: {children:?}");
                held += children.len();
            }
            assert!(held > 40, "{held} of {file}");
        }
    }

    // R54
    #[test]
    fn every_text_of_the_file_is_in_letters_that_every_bank_takes() {
        let id = "crt_01JD4Z8Q5T9V3W7X1Y2Z3A4B5C";
        let named = Payment { name: Some("Zoë_田中 <&> €@*".to_owned()), ..payment(id, 1, "EUR") };
        let file = file(&payer(), &[named]).unwrap();
        let (_, body) = file.split_once("?>").unwrap();
        let texts: Vec<&str> =
            body.split('<').filter_map(|element| Some(element.split_once('>')?.1)).map(str::trim).collect();
        assert!(texts.contains(&"crt-01JD4Z8Q5T9V3W7X1Y2Z3A4B5C"), "{texts:?}");
        for text in texts {
            assert!(
                text.chars().all(|letter| letter.is_ascii_alphanumeric() || SIGNS.contains(letter)),
                "{text}"
            );
        }
        assert!(super::id(id).len() <= 35);
    }

    // R54
    #[test]
    fn what_the_scheme_cannot_pay_is_said() {
        assert_eq!(file(&payer(), &[payment("crt_1", 1, "USD")]), Err(Unpayable::Currency));
        assert_eq!(file(&Account::default(), &[payment("crt_1", 1, "EUR")]), Err(Unpayable::Payer));
        let without = Payment { account: Account::default(), ..payment("crt_1", 1, "EUR") };
        let lacking = Unpayable::Lacking(vec![("crt_1".to_owned(), "the iban")]);
        assert_eq!(file(&payer(), &[without]), Err(lacking));
    }

    // R54
    #[test]
    fn a_name_cannot_break_out_of_the_file() {
        let named = Payment { name: Some("</Nm><x>&\"".to_owned()), ..payment("crt_1", 1, "EUR") };
        assert!(file(&payer(), &[named]).unwrap().contains("<Nm> /Nm  x   </Nm>"));
    }
}
