use super::*;
use crate::finding::MASK;

/// The line as it is shown in a file of this name.
fn shown(path: &str, line: &str) -> String {
    let whole = 0..line.len();
    let span = crate::span::Span::new(0, line.len());
    super::super::cover(line, span, secrets(line, whole.clone(), whole, Ground::of(path)))
}

/// Lines of files; what stands between `«` and `»` is hidden.
const HIDDEN: &[(&str, &str)] = &[
    ("a.py", r#"password = "«hunter»""#),
    ("a.py", r#"config["db"]["password"] = '«hunter»'"#),
    ("a.py", r#"connect(user="alice", password="«hunter»", host="db.example.org")"#),
    ("a.py", r#"DB_PASSWORD = os.environ.get("DB_PASSWORD") or "«hunter»""#),
    ("a.py", r#"DB_PASSWORD = os.environ.get("DB_PASSWORD", "«hunter»")"#),
    ("a.py", r##"jwt.encode({}, key)  # was "«hunter»", then '«winter»'"##),
    ("a.py", "jwt.encode({}, key)  # DB_PASSWORD=«hunter» in prod"),
    ("a.py", "jwt.encode({}, key)  # old: «hunter2»"),
    ("a.py", "jwt.encode({}, key)  # pw: «hunter»"),
    ("a.js", "const x = { password: '«hunter»', name: 'alice', tokens: [\"«a1»\", \"«b2»\"] };"),
    ("a.js", "const dbPassword = process.env.DB_PASSWORD || '«hunter»';"),
    ("a.js", "sign(claims, key); // const oldJwtSecret = \"«hunter»\""),
    ("a.js", "sign(claims, key); /* was '«hunter»' */ verify('user_id');"),
    ("a.js", "connect('mysql://root:«hunter»@db.example.org:3306/orchard');"),
    ("a.js", "const dsn = 'Server=db;User=sa;Password=«hunter»;Encrypt=true';"),
    ("a.js", "if (password === '«hunter»') { login('alice'); }"),
    ("a.js", "{\"name\":\"DB_PASSWORD\",\"value\":\"«hunter»\"}"),
    ("a.ts", "private readonly apiKey: string = \"«hunter»\";"),
    ("a.ts", "client.setPassword('«hunter»').setUser('alice');"),
    ("a.json", r#"{"jwt": {"issuer": "orchard"}, "password":"«hunter»", "port": 5432}"#),
    ("a.rs", "const DB_PASSWORD: &'static str = \"«hunter»\"; const A: &'static str = \"user_id\";"),
    ("a.rs", "let password = std::env::var(\"DB_PASSWORD\").unwrap_or_else(|_| \"«hunter»\".to_owned());"),
    ("a.rs", "let password = Some(String::from(\"«hunter»\"));"),
    ("a.go", "cfg := Config{Secret: []byte(\"«hunter»\"), Issuer: \"orchard\"}"),
    ("a.php", "define('DB_PASSWORD', '«hunter»'); define('DB_NAME', 'orchard');"),
    ("a.php", "$config['password'] = '«hunter»';"),
    ("a.rb", ":password => '«hunter»', :user => 'alice'"),
    (".env", "JWT_SECRET=${OTHER} # old: «hunter2»"),
    (".env", "JWT_SECRET=${OTHER} # old: «pear-tree»"),
    ("a.rs", "sign(key); // before: «pear-tree», then v2"),
    (".env", "DB_PASSWORD=«correct horse»"),
    ("a.yml", "password: «correct horse battery» # of the database"),
    ("a.yml", "DB_PASSWORD: ${DB_PASSWORD:-«hunter»}"),
    ("a.yml", "- { name: DB_PASSWORD, value: «hunter» }"),
    ("Dockerfile", "ENV ISSUER=orchard DB_PASSWORD=«hunter» PORT=80"),
    ("Dockerfile", "ENV DB_PASSWORD «hunter»"),
    ("a.sh", "mysql --user alice --password «hunter» orchard"),
    ("a.sh", "curl https://alice:«hunter»@example.org/pears"),
    ("a.sh", "curl -u alice:«hunter» https://example.org/ -u alice"),
    ("a.xml", "<user>alice</user><password>«hunter»</password>"),
    ("a.xml", r#"<add key="DbPassword" value="«hunter»" /><add key="Issuer" value="orchard" />"#),
    ("a.http", "Authorization: Bearer «hunter»"),
    ("a.js", "fetch(url, { headers: { authorization: 'Bearer «hunter2»' } })"),
    ("a.js", "//  -H 'Authorization: Bearer «eyJhbGciOiJIUzI1NiJ9.e30.abc»' \\"),
    ("a.http", "GET https://orchard.example/docs?token=«Zq8Wn3Xv5Tb7Ym2Kc9Lp4Rd6Hs1Jg0Fa»"),
    ("a.txt", "see «Zq8Wn3Xv5Tb7Ym2Kc9Lp4Rd6Hs1Jg0Fa»"),
    ("a.txt", "-----BEGIN PRIVATE KEY-----«\\nabcd\\n»-----END PRIVATE KEY-----"),
    ("a.txt", "with «eyJhbGciOiJIUzI1NiJ9.e30.abc» in it"),
];

/// Lines that tell nothing and stay as they are.
const PLAIN: &[(&str, &str)] = &[
    ("a.py", r#"jwt.encode({"sub": "user_id"}, key, algorithm="HS256")"#),
    ("a.py", r#"password = os.environ["DB_PASSWORD"]"#),
    ("a.py", r#"password = getpass("Password: ")"#),
    ("a.py", "encode(payload=payload, key=secret, password=password)"),
    ("a.py", "def f(token: str, key: bytes) -> str:  # takes a token"),
    ("a.js", "const secret = process.env.JWT_SECRET; // see docs/keys.md"),
    ("a.js", "const TOKEN_KEY = 'access_token', CACHE_KEY = 'user:profile';"),
    ("a.js", "const token = jwt.sign({ id: 1 }, key, { algorithm: 'HS256', expiresIn: '15m' });"),
    ("a.js", "const jwt = require('jsonwebtoken'), secret = require('./secret');"),
    ("a.js", "fetch('https://example.org/oauth/token?grant=password', { method: 'POST' });"),
    ("a.js", "sign(claims, key); // calls `Keys::load` for \"JWT_SECRET\" at \"https://example.org/keys\""),
    ("a.js", "sign(claims, key); // the secret: from the notes, it's not the user's"),
    ("a.js", "connect(`mysql://${user}:${password}@${host}/orchard`);"),
    ("a.js", "throw new Error('missing secret: JWT_SECRET'); log('token ' + token, 'user');"),
    ("a.js", "sign(claims, key); // was removed before 2024, the old one had 32 bytes of HS256"),
    ("a.rs", "let key = EncodingKey::from_secret(config.secret.as_bytes()); // a key of 32 bytes"),
    ("a.rs", "const KEY: &str = env!(\"JWT_SECRET\"); const FILE: &[u8] = include_bytes!(\"../jwt.key\");"),
    ("a.rs", "#[serde(rename = \"password\")] fn get<'a>(name: &'a str, other: &'a str) -> &'a str { \"x\" }"),
    ("a.rs", "let secret = std::env::var(\"JWT_SECRET\").expect(\"JWT_SECRET must be set\");"),
    ("a.rs", "let password = rpassword::prompt(\"Password: \"); // jwtlint: allow(weak-secret) reason=\"a test\""),
    ("a.java", "@Value(\"${jwt.secret}\") private String secret; @Column(name = \"password\") String hash;"),
    ("a.yml", "password: ${DB_PASSWORD}"),
    ("a.yml", "secretKeyRef: { name: orchard, key: jwt-secret }"),
    ("a.yml", "jwt: { issuer: orchard, public_key: keys/public.pem, token_ttl: 15m, secret_length: 32 }"),
    ("a.yml", "password: !vault |"),
    ("a.tf", "password = var.db_password"),
    ("a.properties", "jwt.secret-file=/run/secrets/jwt"),
    ("Dockerfile", "ENV JWT_SECRET_FILE=/run/secrets/jwt PORT=80"),
    ("a.html", "<input type=\"password\" name=\"password\" placeholder=\"Password\">"),
    ("a.rs", r#"[("committed-token", "a.yaml", "note"), ("committed-token", "src/a.py", "note")]"#),
    ("a.txt", "550e8400-e29b-41d4-a716-446655440000"),
];

#[test]
fn what_goes_by_the_name_of_a_secret_is_hidden_or_looks_so() {
    let mut wrong = Vec::new();
    for (path, marked) in HIDDEN {
        let line: String = marked.chars().filter(|c| !matches!(c, '«' | '»')).collect();
        let mut wanted = String::new();
        for (index, part) in marked.split(['«', '»']).enumerate() {
            wanted.push_str(if index % 2 == 0 { part } else { MASK });
        }
        let shown = shown(path, &line);
        if shown != wanted {
            wrong.push(shown);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_tells_nothing_stays_as_it_is() {
    let shown: Vec<_> = PLAIN.iter().map(|(path, line)| shown(path, line)).collect();
    let wrong: Vec<_> = PLAIN.iter().zip(&shown).filter(|((_, line), shown)| line != shown).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_line_of_which_only_a_part_is_in_sight_is_read_like_a_whole_one() {
    let before = r#"{"name":"pear","note":"it's ripe"},"#.repeat(1000);
    let line = format!(r#"{before}{{"password":"hunter","name":"winter"}}"#);
    let at = line.find("hunter").expect("it is there");
    let found = secrets(&line, 0..line.len(), at - 100..line.len(), Ground::of("a.json"));
    assert_eq!(found.first(), Some(&(at..at + "hunter".len())));
}

proptest::proptest! {
    #[test]
    fn any_line_can_be_read(line in "[a-zA-Z_=:;,'\"`(){}<>#/é|&$@ \\\\-]{0,120}", from in 0_usize..120, path in 0_usize..4) {
        let from = from.min(line.len());
        let path = ["a.rs", "a.py", "a.yml", ".env"][path];
        for range in secrets(&line, 0..line.len(), from..line.len(), Ground::of(path)) {
            proptest::prop_assert!(range.start <= range.end && line.get(range).is_some());
        }
    }

    #[test]
    fn no_value_of_a_password_is_shown(value in "[A-Za-z0-9!#%*+]{8,24}", template in 0..HIDDEN.len()) {
        let (path, marked) = HIDDEN[template];
        proptest::prop_assume!(!tells_nothing(&value) && value.contains(|c: char| c.is_ascii_digit()) && marked.contains("hunter"));
        let line = marked.replace("hunter2", "hunter").replace("hunter", &value).replace(['«', '»'], "");
        proptest::prop_assert!(!shown(path, &line).contains(&value), "{}", line);
    }
}
