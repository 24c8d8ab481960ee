//! A screen as SVG: text as text, bars and borders as shapes, so that no font moves them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

/// The size of a cell. The type is as wide as a cell where its characters are six tenths of their height.
const WIDTH: usize = 10;
const HEIGHT: usize = 20;
const TYPE: &str = "16.67";
/// Where letters stand in a cell.
const BASE: usize = 15;
const INK: &str = "#d3d9e2";
const PAPER: &str = "#12161d";
/// The sixteen colours of a terminal, in their order.
const PALETTE: [&str; 16] = [
    "#3a4250", "#f07178", "#8fcf6f", "#e6c15c", "#6cb0f5", "#c792ea", "#5fd0c5", "#c3cad6", "#7d8899", "#ff8f95",
    "#abe38c", "#ffd97a", "#8fc6ff", "#ddb0f7", "#84e6dc", "#ffffff",
];

/// The screen, as a picture of that title.
pub fn picture(screen: &Screen, title: &str) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let (width, height) = (usize::from(columns) * WIDTH, usize::from(rows) * HEIGHT);
    let mut drawn = Drawing::default();
    for y in 0..rows {
        let cells: Vec<&Cell> = (0..columns).filter_map(|x| screen.cell(y, x)).collect();
        drawn.row(usize::from(y), &cells);
    }
    let title = escaped(title);
    let Drawing { papers, text, shapes } = drawn;
    let shapes = shapes.iter().fold(String::new(), |mut all, (look, path)| {
        let _ = writeln!(all, "<path {look} d=\"{path}\"/>");
        all
    });
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\">\n\
         <title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"{PAPER}\"/>\n{papers}{shapes}\
         <g font-family=\"ui-monospace,Menlo,Consolas,DejaVu Sans Mono,monospace\" font-size=\"{TYPE}\" fill=\"{INK}\" \
         xml:space=\"preserve\">\n{text}</g>\n</svg>\n"
    )
}

/// The parts of a picture, from below.
#[derive(Default)]
struct Drawing {
    papers: String,
    text: String,
    /// Paths, by how they are drawn.
    shapes: BTreeMap<String, String>,
}

impl Drawing {
    fn row(&mut self, y: usize, cells: &[&Cell]) {
        let mut spans = String::new();
        let mut x = 0;
        while let Some(cell) = cells.get(x) {
            let look = Look::of(cell);
            let same = |cell: &&Cell| Look::of(cell) == look;
            let papers = cells[x..].iter().take_while(|cell| same(cell)).count();
            if let Some(paper) = &look.paper {
                let (left, top, wide) = (x * WIDTH, y * HEIGHT, papers * WIDTH);
                let _ = writeln!(self.papers, "<path fill=\"{paper}\" d=\"M{left} {top}h{wide}v{HEIGHT}h-{wide}z\"/>");
            }
            self.run(x, y, &cells[x..x + papers], &look, &mut spans);
            x += papers;
        }
        if !spans.is_empty() {
            let _ = writeln!(self.text, "<text y=\"{}\">{spans}</text>", y * HEIGHT + BASE);
        }
    }

    /// Cells that look the same: words as text, whatever joins other cells as shapes.
    fn run(&mut self, from: usize, y: usize, cells: &[&Cell], look: &Look, spans: &mut String) {
        let mut word: Option<(usize, String)> = None;
        // A space beyond the end ends the last word.
        let contents = cells.iter().map(|cell| (cell.contents(), cell.is_wide_continuation()));
        for (x, (content, goes_on)) in (from..).zip(contents.chain([("", false), ("", false)])) {
            if goes_on {
                continue;
            }
            let character = content.chars().next().unwrap_or(' ');
            if let Some((style, path)) = shape(character, x * WIDTH, y * HEIGHT) {
                self.shapes.entry(style.replace("INK", &look.ink)).or_default().push_str(&path);
            } else if character != ' ' {
                word.get_or_insert_with(|| (x, String::new())).1.push_str(content);
                continue;
            } else if let Some((_, word)) = &mut word
                && !word.ends_with(' ')
            {
                // One space stays inside of a text, two end it.
                word.push(' ');
                continue;
            }
            if let Some((at, word)) = word.take() {
                look.write(at, word.trim_end(), spans);
            }
        }
    }
}

/// How a cell looks.
#[derive(PartialEq)]
struct Look {
    ink: String,
    paper: Option<String>,
    is_bold: bool,
    is_dim: bool,
    is_underlined: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let (ink, paper) = (color(cell.fgcolor()), color(cell.bgcolor()));
        let (ink, paper) = if cell.inverse() {
            (Some(paper.unwrap_or_else(|| PAPER.to_owned())), Some(ink.unwrap_or_else(|| INK.to_owned())))
        } else {
            (ink, paper)
        };
        Self {
            ink: ink.unwrap_or_else(|| INK.to_owned()),
            paper,
            is_bold: cell.bold(),
            is_dim: cell.dim(),
            is_underlined: cell.underline(),
        }
    }

    /// A word that begins at a column. Its length is given, so that another font stays in its columns.
    fn write(&self, x: usize, word: &str, spans: &mut String) {
        let _ = write!(spans, "<tspan x=\"{}\"", x * WIDTH);
        let count = word.chars().count();
        if count > 1 {
            let _ = write!(spans, " textLength=\"{}\"", count * WIDTH);
        }
        if self.ink != INK {
            let _ = write!(spans, " fill=\"{}\"", self.ink);
        }
        for (is_so, attribute) in [
            (self.is_bold, " font-weight=\"bold\""),
            (self.is_dim, " opacity=\".6\""),
            (self.is_underlined, " text-decoration=\"underline\""),
        ] {
            if is_so {
                spans.push_str(attribute);
            }
        }
        let _ = write!(spans, ">{}</tspan>", escaped(word));
    }
}

fn color(color: Color) -> Option<String> {
    match color {
        Color::Default => None,
        Color::Idx(index) => Some(indexed(index)),
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
    }
}

/// A colour of the 256 of xterm: the palette, a cube of six levels, greys.
fn indexed(index: u8) -> String {
    let level = |step: u8| if step == 0 { 0 } else { 55 + step * 40 };
    match index {
        0..16 => PALETTE[usize::from(index)].to_owned(),
        16..232 => {
            let at = index - 16;
            format!("#{:02x}{:02x}{:02x}", level(at / 36), level(at / 6 % 6), level(at % 6))
        }
        232.. => {
            let grey = 8 + (index - 232) * 10;
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}

/// How a bar, a shade or a border is drawn, and its path in the cell at a place.
fn shape(character: char, x: usize, y: usize) -> Option<(&'static str, String)> {
    const FILL: &str = "fill=\"INK\"";
    const LINE: &str = "fill=\"none\" stroke=\"INK\" stroke-opacity=\".75\"";
    let full = |style, height: usize| {
        let top = y + HEIGHT - height;
        Some((style, format!("M{x} {top}h{WIDTH}v{height}h-{WIDTH}z")))
    };
    let (middle, half) = (x + WIDTH / 2, y + HEIGHT / 2);
    let (right, bottom) = (x + WIDTH, y + HEIGHT);
    let line = |path: String| Some((LINE, path));
    match character {
        '▁'..='█' => full(FILL, (character as usize - '▁' as usize + 1) * HEIGHT / 8),
        '░' => full("fill=\"INK\" fill-opacity=\".3\"", HEIGHT),
        '▒' => full("fill=\"INK\" fill-opacity=\".55\"", HEIGHT),
        '▓' => full("fill=\"INK\" fill-opacity=\".8\"", HEIGHT),
        '─' => line(format!("M{x} {half}H{right}")),
        '│' => line(format!("M{middle} {y}V{bottom}")),
        '┌' => line(format!("M{right} {half}H{middle}V{bottom}")),
        '┐' => line(format!("M{x} {half}H{middle}V{bottom}")),
        '└' => line(format!("M{right} {half}H{middle}V{y}")),
        '┘' => line(format!("M{x} {half}H{middle}V{y}")),
        '├' => line(format!("M{middle} {y}V{bottom}M{middle} {half}H{right}")),
        _ => None,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
