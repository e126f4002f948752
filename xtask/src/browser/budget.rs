use anyhow::bail;

use super::site::Site;

/// What a browser may have to fetch before the page is quick: all WebAssembly and scripts, packed
/// by brotli, in bytes.
const BUDGET: usize = 190_000;

/// Prints what each file weighs.
pub(crate) fn report(site: &Site) {
    for (path, size, packed) in site.sizes() {
        eprintln!("    {path:<46} {:>9} B {:>9} B brotli", grouped(size), grouped(packed));
    }
    eprintln!(
        "    {:<46} {:>11} {:>9} B of {} B",
        "all WebAssembly and scripts, brotli",
        "",
        grouped(code(site)),
        grouped(BUDGET)
    );
}

/// Fails when the code weighs too much.
pub(crate) fn check(site: &Site) -> anyhow::Result<()> {
    let code = code(site);
    if code > BUDGET {
        bail!(
            "the browser part weighs {} B packed, {} B more than it may: find what grew, or take something out",
            grouped(code),
            grouped(code - BUDGET)
        );
    }
    Ok(())
}

fn code(site: &Site) -> usize {
    let code = site.sizes().filter(|(path, ..)| path.ends_with(".js") || path.ends_with(".wasm"));
    code.map(|(_, _, packed)| packed).sum()
}

/// 1234567 as "1,234,567".
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site_of(code: usize) -> Site {
        let mut site = Site::default();
        site.add("assets/a.wasm".to_owned(), vec![0; code - 1]);
        site.add("assets/a.js".to_owned(), vec![0; 10]);
        site.add("assets/a.js.br".to_owned(), vec![0; 1]);
        site.add("assets/a.css".to_owned(), vec![0; BUDGET]);
        site
    }

    #[test]
    fn code_may_fill_the_budget_and_not_a_byte_more() {
        assert!(check(&site_of(BUDGET)).is_ok());
        assert!(check(&site_of(BUDGET + 1)).is_err());
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(220_000), "220,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
