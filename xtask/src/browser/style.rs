use std::path::Path;

use anyhow::anyhow;
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Features, Targets};

/// One small style sheet of `main` and all that it imports.
pub(crate) fn bundle(main: &Path) -> anyhow::Result<Vec<u8>> {
    let provider = FileProvider::new();
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    let mut sheet =
        bundler.bundle(main).map_err(|error| anyhow!("the style sheet does not parse: {error}"))?;
    let targets = targets();
    sheet
        .minify(MinifyOptions { targets, ..MinifyOptions::default() })
        .map_err(|error| anyhow!("the style sheet cannot be minified: {error}"))?;
    let printed = sheet.to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() });
    let css = printed.map_err(|error| anyhow!("the style sheet cannot be written: {error}"))?.code;
    Ok(css.into_bytes())
}

/// The oldest browsers that know light-dark() and nesting, which are sent as they are written:
/// rewritten they would double the sheet and break what reads a custom property.
fn targets() -> Targets {
    let version = |major: u32, minor: u32| Some(major << 16 | minor << 8);
    Targets {
        browsers: Some(Browsers {
            chrome: version(123, 0),
            edge: version(123, 0),
            firefox: version(121, 0),
            safari: version(17, 5),
            ios_saf: version(17, 5),
            ..Browsers::default()
        }),
        include: Features::empty(),
        exclude: Features::Nesting | Features::Colors | Features::LogicalProperties | Features::MediaQueries,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn imports_are_joined_and_modern_rules_stay() -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        fs::write(
            dir.path().join("tokens.css"),
            ":root { color-scheme: light dark; --ink: light-dark(#000000, #fff); }",
        )?;
        fs::write(
            dir.path().join("main.css"),
            "@import \"tokens.css\";\n.row { color: var(--ink); background: light-dark(red, blue); &:hover { user-select: none } }",
        )?;
        let css = String::from_utf8(bundle(&dir.path().join("main.css"))?)?;
        assert_eq!(
            css,
            ":root{color-scheme:light dark;--ink:light-dark(#000,#fff)}\
             .row{color:var(--ink);background:light-dark(red,#00f);&:hover{-webkit-user-select:none;user-select:none}}"
        );
        Ok(())
    }

    #[test]
    fn a_mistake_is_named_with_its_place() -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        fs::write(dir.path().join("main.css"), "@import \"missing.css\";")?;
        assert!(bundle(&dir.path().join("main.css")).is_err());
        Ok(())
    }
}
