use super::*;

#[test]
fn every_shipped_theme_reads_and_shows_the_selection() {
    for (name, text) in SHIPPED {
        let theme = Theme::read(name, name, text).expect("no mistake");
        for role in [Role::Selected, Role::SelectedDim, Role::Brush, Role::TabActive] {
            assert_ne!(theme.style(role), theme.style(Role::Text), "{name}: {}", role.name());
        }
        assert_ne!(theme.style(Role::Selected), theme.style(Role::SelectedDim), "{name}");
    }
}

#[test]
fn every_shipped_theme_names_every_role() {
    for (name, text) in SHIPPED {
        let table = DeTable::parse(text).expect("TOML");
        for role in Role::ALL {
            assert!(table.get_ref().keys().any(|key| key.get_ref() == role.name()), "{name} lacks {}", role.name());
        }
    }
}

#[test]
fn without_colour_the_selection_is_still_there() {
    let look = Look::new(Theme::shipped("dark").expect("shipped"), ColorDepth::None, Glyphs::Unicode);
    for role in Role::ALL {
        let style = look.style(*role);
        assert_eq!((style.fg, style.bg), (None, None), "{}", role.name());
    }
    assert!(look.style(Role::Selected).add_modifier.contains(Modifier::REVERSED));
}

#[test]
fn sixteen_colours_are_all_that_such_a_terminal_gets() {
    let theme =
        Theme::read("mine", "mine.toml", "base = \"dark\"\nfailed = \"bold #ff8700 on 17\"\n").expect("no mistake");
    let style = |depth| Look::new(theme.clone(), depth, Glyphs::Unicode).style(Role::Failed);
    assert_eq!(style(ColorDepth::True).fg, Some(Color::Rgb(255, 135, 0)));
    assert_eq!(style(ColorDepth::Ansi256).fg, Some(Color::Indexed(208)));
    assert!(!matches!(style(ColorDepth::Ansi16).fg, Some(Color::Rgb(..) | Color::Indexed(_))));
    assert!(!matches!(style(ColorDepth::Ansi16).bg, Some(Color::Rgb(..) | Color::Indexed(_))));
}

#[test]
fn mistakes_are_told_with_place_and_cure() {
    let told = |text: &str| {
        let mistakes = Theme::read("mine", "mine.toml", text).expect_err("a mistake");
        (mistakes[0].to_string(), mistakes[0].hint.clone())
    };
    assert_eq!(
        told("\nfaild = \"red\""),
        ("mine.toml:2: unknown role \"faild\"".into(), Some("did you mean \"failed\"?".into()))
    );
    assert_eq!(
        told("failed = \"bold rad\""),
        ("mine.toml:1: unknown colour \"rad\" in \"failed\"".into(), Some("did you mean \"red\"?".into()))
    );
    assert_eq!(
        told("base = \"drak\"").1.as_deref(),
        Some("one of dark, light, mono, high-contrast, color-blind, gruvbox, catppuccin")
    );
    assert_eq!(told("failed = 3").1.as_deref(), Some("write a style as \"bold red on black\""));
}

#[test]
fn every_shipped_text_is_told_from_its_background() {
    for (name, _) in SHIPPED {
        let theme = Theme::shipped(name).expect("shipped");
        for role in Role::ALL {
            let wanted = if name == "high-contrast" && !role.is_drawn() { 7.0 } else { role.wanted_contrast() };
            if let Some(contrast) = theme.contrast(*role) {
                assert!(contrast >= wanted, "{name}: {} has {contrast:.2}, not {wanted}", role.name());
            } else {
                assert!(theme.depth() < ColorDepth::True, "{name}: {} names no two colours", role.name());
            }
            // On fewer colours, nothing falls together with its background.
            for depth in [ColorDepth::Ansi256, ColorDepth::Ansi16] {
                let contrast = theme.contrast_at(*role, depth).unwrap_or(21.0);
                assert!(contrast >= 2.0, "{name} at {depth:?}: {} has {contrast:.2}", role.name());
            }
        }
    }
}

#[test]
fn contrast_is_as_wcag_has_it() {
    let of = |style: &str| Theme::read("mine", "mine.toml", &format!("text = \"{style}\"")).expect("read");
    let contrast = |style: &str| of(style).contrast(Role::Text);
    assert_eq!(contrast("#000000 on #ffffff").map(|ratio| format!("{ratio:.2}")), Some("21.00".into()));
    // The two greys that the guidelines' own tools tell apart by a hair.
    assert_eq!(contrast("#777777 on #ffffff").map(|ratio| format!("{ratio:.2}")), Some("4.48".into()));
    assert_eq!(contrast("#767676 on #ffffff").map(|ratio| format!("{ratio:.2}")), Some("4.54".into()));
    assert_eq!((contrast("red on #ffffff"), contrast("#ffffff")), (None, None), "the terminal's own are not known");
}

#[test]
fn a_role_without_colours_of_its_own_has_those_of_the_text() {
    let theme = Theme::read("mine", "mine.toml", "text = \"#eeeeee on #111111\"\ntitle = \"bold\"").expect("read");
    let title = theme.style(Role::Title);
    assert_eq!((title.fg, title.bg), (Some(Color::Rgb(238, 238, 238)), Some(Color::Rgb(17, 17, 17))));
}

#[test]
fn every_shipped_theme_says_what_it_is() {
    for (name, text) in SHIPPED {
        assert!(about(text).len() > 20, "{name}");
    }
}

/// What a colour looks like to eyes that lack one kind of cone: the matrices of Machado, Oliveira and Fernandes (2009)
/// for the full severity, on linear RGB; then CIE L*a*b* (D65), in which distances are those that eyes see.
fn seen(color: Option<Color>, matrix: &[[f64; 3]; 3]) -> [f64; 3] {
    const XYZ: [[f64; 3]; 3] = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]];
    let Some(Color::Rgb(red, green, blue)) = color else { panic!("{color:?} is not known") };
    let linear = [red, green, blue].map(|channel| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    });
    let times = |matrix: &[[f64; 3]; 3], v: [f64; 3]| {
        matrix.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.1))
    };
    let [x, y, z] = times(&XYZ, times(matrix, linear));
    let root = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let [x, y, z] = [root(x / 0.9505), root(y), root(z / 1.089)];
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

#[test]
fn the_color_blind_theme_tells_states_apart_to_any_eyes() {
    const EYES: [(&str, [[f64; 3]; 3]); 4] = [
        ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        ("protanopia", [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
        ("deuteranopia", [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
        ("tritanopia", [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]),
    ];
    let theme = Theme::shipped("color-blind").expect("shipped");
    let states = [Role::Failed, Role::Parked, Role::Ok, Role::Running];
    let bars = [Role::Bar, Role::BarFailed, Role::BarParked];
    for (eyes, matrix) in EYES {
        for roles in [&states[..], &bars[..]] {
            for (index, a) in roles.iter().enumerate() {
                for b in &roles[..index] {
                    let (one, other) = (seen(theme.style(*a).fg, &matrix), seen(theme.style(*b).fg, &matrix));
                    let distance = one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                    // Two colours side by side are told apart from 2.3 on; at a glance it takes several times that.
                    assert!(distance > 20.0, "{eyes}: {} and {} are {distance:.1} apart", a.name(), b.name());
                }
            }
        }
    }
}
