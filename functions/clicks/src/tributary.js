/* Tributary keeps the click id of a link on this shop's own domain, for its orders to carry. No identity. */
(function (w, d) {
  "use strict";
  const me = d.currentScript;
  const set = (name, otherwise) => (me && me.getAttribute("data-" + name)) || otherwise;
  const base = set("base", me && me.src ? new URL(me.src).origin : "");
  const seconds = (parseInt(set("days"), 10) || 30) * 86400;
  const query = new URLSearchParams(w.location.search);
  const good = (id) => (/^[\w-]{44}$/.test(id || "") ? id : null);
  const cookie = (name) => ((d.cookie + ";").match("(?:^|; )" + name + "=([^;]*);") || [])[1];
  const remember = (id) => {
    const safe = w.location.protocol === "https:" ? ";secure" : "";
    d.cookie = `trb=${id};path=/;samesite=lax;max-age=${seconds}${safe}`;
    try {
      w.localStorage.setItem("trb", id + "|" + (Date.now() + seconds * 1000));
    } catch (_) {}
  };
  const recall = () => {
    if (good(cookie("trb"))) return cookie("trb");
    try {
      const [id, until] = (w.localStorage.getItem("trb") || "").split("|");
      return until > Date.now() ? good(id) : null;
    } catch (_) {
      return null;
    }
  };
  const send = (path, body) =>
    w
      .fetch(base + path, { method: "POST", body: JSON.stringify(body), keepalive: true, credentials: "omit" })
      .then((answer) => answer.json());
  /* Shopify: a cart attribute becomes a note attribute of the order. Once for each cart. */
  const shopify = (id) => {
    const mark = id + cookie("cart");
    try {
      if (w.sessionStorage.getItem("trb") === mark) return;
      w.sessionStorage.setItem("trb", mark);
    } catch (_) {}
    w.fetch(((w.Shopify.routes || {}).root || "/") + "cart/update.js", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ attributes: { trb: id } }),
    });
  };
  /* Other shops: a hidden field of their forms. */
  const fill = (id) => {
    for (const form of d.querySelectorAll("form.cart,form.checkout,form[data-tributary]")) {
      let field = form.querySelector("input[name=trb]");
      if (!field) {
        field = d.createElement("input");
        field.type = "hidden";
        field.name = "trb";
        form.appendChild(field);
      }
      field.value = id;
    }
  };
  const apply = () => {
    const id = recall();
    if (id && w.Shopify) shopify(id);
    if (id) fill(id);
  };
  w.tributary = {
    clickId: recall,
    conversion: (order) =>
      send("/t/conversion", Object.assign({ clickId: recall(), storeId: set("store", "") }, order)),
  };
  const slug = set("link") && query.get(set("link"));
  if (good(query.get("trb"))) remember(query.get("trb"));
  else if (slug)
    send("/t/click", { slug, url: w.location.href, referrer: d.referrer }).then((answer) => {
      if (good(answer.clickId)) remember(answer.clickId);
      apply();
    });
  if (d.readyState === "loading") d.addEventListener("DOMContentLoaded", apply);
  else apply();
})(window, document);
