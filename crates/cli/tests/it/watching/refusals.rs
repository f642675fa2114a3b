//! Mistakes about alarms and firewalls: no start, and where they are.

use crate::support::{Balancer, Folder, evenkeel, free_address, pool};

/// Goal: a mistake is found before the first user comes, at its line. Method: one mistake each,
/// below a configuration that is well.
#[test]
fn a_typo_refuses_the_start_with_its_line() {
    let site = Balancer::text("", "", &pool("p", "", &[("a", free_address())]));
    let receiver = "[[alarms.receivers]]\nname = \"team\"\nexec = { command = [\"true\"] }\n";
    let cases = [
        ("[alarms]\ndefualt = \"team\"\n", 2, "did you mean `default`?"),
        ("[alarms]\ndefault = \"taem\"\n", 2, "did you mean `team`?"),
        ("[alarms]\nheartbeat = { receiver = \"team\", evry = \"1m\" }\n", 2, "`every`"),
        ("[[alarms.routes]]\nreceivers = [\"team\"]\ncauses = [\"wieghts\"]\n", 3, "`weights`"),
        ("[[alarms.routes]]\nreceivers = [\"team\"]\nseverty = \"page\"\n", 3, "`severity`"),
        ("[[firewall]]\nfile = \"fw.log\"\nprot = [443]\n", 3, "`ports`"),
        ("[[firewall]]\nfile = \"fw.log\"\nfromat = \"nftables\"\n", 3, "`format`"),
        ("[[firewall]]\nfile = \"fw.log\"\nformat = \"nftabels\"\n", 3, "nftables"),
    ];
    for (mistake, line, hint) in cases {
        let text = format!("{site}{receiver}{mistake}");
        let line = format!("{site}{receiver}").lines().count() + line;
        let folder = Folder::with(&text);
        let output = evenkeel(folder.path(), &["serve", "-c", "evenkeel.toml"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{mistake}: {said}");
        assert!(said.contains(&format!("evenkeel.toml:{line}:")), "line {line}: {said}");
        assert!(said.contains(hint), "{hint}: {said}");
    }
}
