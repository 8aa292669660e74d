//! Charts drawn here as SVG, each with its numbers in a table behind it.
//!
//! Whole numbers only: a picture of 600 by 160 needs no fractions. Colours come from the stylesheet, so that a chart
//! is right in dark and light.

use maud::{Markup, html};

const WIDTH: i64 = 600;
const HEIGHT: i64 = 160;
/// Points at most; more days than that are added up.
const MOST_POINTS: usize = 60;

/// One point: what it is called, and how much it is.
pub(crate) struct Point {
    pub(crate) label: String,
    pub(crate) value: i64,
}

/// How a series is drawn.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    Area,
    Bars,
}

/// A series over time with its heading. `shown` writes a value for people.
pub(crate) fn chart(title: &str, shape: Shape, points: &[Point], shown: impl Fn(i64) -> String) -> Markup {
    let points = gather(points);
    let most = points.iter().map(|point| point.value).max().unwrap_or(0).max(1);
    let (first, last) = (points.first(), points.last());
    let total: i64 = points.iter().map(|point| point.value).sum();
    let described = format!("{title}: {} in all, {} at most", shown(total), shown(most.min(total.max(0))));
    html! {
        figure.chart {
            figcaption { (title) }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(described) preserveAspectRatio="none" {
                @for part in 1..4 {
                    line.grid x1="0" x2=(WIDTH) y1=(HEIGHT * part / 4) y2=(HEIGHT * part / 4) {}
                }
                @match shape {
                    Shape::Area => (area(&points, most)),
                    Shape::Bars => (bars(&points, most)),
                }
            }
            @if let (Some(first), Some(last)) = (first, last) {
                p.axis { span { (first.label) } span { (shown(most)) " at most" } span { (last.label) } }
            }
            details {
                summary { "The numbers" }
                div.wide role="region" aria-label={ (title) ", the numbers" } tabindex="0" {
                    table {
                        thead { tr { th scope="col" { "From" } th.number scope="col" { (title) } } }
                        tbody { @for point in &points {
                            tr { th scope="row" { (point.label) } td.number { (shown(point.value)) } }
                        } }
                    }
                }
            }
        }
    }
}

/// As many points as there is room for: neighbours are added up.
fn gather(points: &[Point]) -> Vec<Point> {
    let size = points.len().div_ceil(MOST_POINTS).max(1);
    points
        .chunks(size)
        .filter_map(|chunk| {
            let value = chunk.iter().map(|point| point.value).sum();
            chunk.first().map(|first| Point { label: first.label.clone(), value })
        })
        .collect()
}

fn area(points: &[Point], most: i64) -> Markup {
    let line = line(points, most);
    html! {
        polygon.area points={ "0," (HEIGHT) " " (line) " " (WIDTH) "," (HEIGHT) } {}
        polyline.line points=(line) {}
    }
}

fn line(points: &[Point], most: i64) -> String {
    let steps = count(points).saturating_sub(1).max(1);
    let corner =
        |(index, point): (i64, &Point)| format!("{},{}", WIDTH * index / steps, top(point.value, most));
    let corners: Vec<String> = (0..).zip(points).map(corner).collect();
    match corners.as_slice() {
        // A single day is a line, too.
        [only] => format!("{only} {WIDTH},{}", top(points.first().map_or(0, |point| point.value), most)),
        _ => corners.join(" "),
    }
}

fn bars(points: &[Point], most: i64) -> Markup {
    let many = count(points).max(1);
    let slot = WIDTH / many;
    html! {
        @for (index, point) in (0..).zip(points) {
            @let y = top(point.value, most);
            rect.bar x=(WIDTH * index / many + slot / 8) y=(y) width=((slot * 3 / 4).max(1)) height=(HEIGHT - y) {
                title { (point.label) }
            }
        }
    }
}

fn count(points: &[Point]) -> i64 {
    i64::try_from(points.len()).unwrap_or(i64::MAX)
}

/// How far from the top a value stands. What was refunded on a later day can make a day negative: it lies on
/// the ground.
fn top(value: i64, most: i64) -> i64 {
    let high = i128::from(value.max(0)) * i128::from(HEIGHT - 4) / i128::from(most.max(1));
    HEIGHT - i64::try_from(high).unwrap_or(0)
}
