//! Lines that call the API with a fresh secret and work as pasted.

/// Each with the name of its tab.
pub fn all(url: &str, secret: &str) -> [(&'static str, String); 4] {
    let url = [url, "/v1/auth/whoami"].concat();
    [
        ("Shell", ["curl ", &url, " \\\n  -H \"Authorization: Bearer ", secret, "\""].concat()),
        (".env", ["AUGNO_API_KEY=", secret].concat()),
        (
            "JavaScript",
            [
                "fetch(\"",
                &url,
                "\", {\n  headers: { Authorization: \"Bearer ",
                secret,
                "\" },\n})\n  .then((response) => response.json())\n  .then(console.log);",
            ]
            .concat(),
        ),
        (
            "Python",
            [
                "import urllib.request\n\nrequest = urllib.request.Request(\n    \"",
                &url,
                "\",\n    headers={\"Authorization\": \"Bearer ",
                secret,
                "\"},\n)\nprint(urllib.request.urlopen(request).read().decode())",
            ]
            .concat(),
        ),
    ]
}
