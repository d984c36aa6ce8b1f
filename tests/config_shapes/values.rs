//! What keys are called, and what may stand in the place of a literal.

/// A literal that counts wherever it stands.
pub const LITERAL: &str = "pear-tree-in-winter";

/// What a running system would accept all the same.
pub const PLACEHOLDER: &str = "changeme";

/// Names of JWT secrets.
pub const SECRET_KEYS: [&str; 7] = [
    "jwt secret",
    "jwt signing key",
    "auth jwt secret key",
    "access token secret",
    "refresh token secret",
    "token signing key",
    "jwt hmac secret",
];

/// Names of other things.
pub const OTHER_KEYS: [&str; 18] = [
    "oauth client secret",
    "stripe webhook secret",
    "jwt expires in",
    "jwt issuer",
    "jwt cookie name",
    "jwt public key",
    "jwt secret name",
    "jwt secret file",
    "jwt key id",
    "jwt header",
    "jwt algorithm",
    "jwt secret length",
    "jwt token prefix",
    "csrf secret",
    "totp secret",
    "database password",
    "aws secret access key",
    "existing jwt secret",
];

/// A text that says where the secret is, or keeps it safe.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// What rows call it that cannot hold it.
    pub name: &'static str,
    /// The text.
    pub text: &'static str,
}

/// All of them.
pub fn references() -> Vec<Reference> {
    [
        ("nothing", ""),
        ("variable", "${ORCHARD_PHRASE}"),
        ("required", "${ORCHARD_PHRASE:?set it}"),
        ("command", "$(openssl rand -hex 32)"),
        ("helm", "{{ .Values.orchard.phrase }}"),
        ("generated", "{{ randAlphaNum 32 }}"),
        ("secrets", "${{ secrets.ORCHARD_PHRASE }}"),
        ("symfony", "%env(ORCHARD_PHRASE)%"),
        ("token", "__ORCHARD_PHRASE__"),
        ("hashes", "#{ORCHARD_PHRASE}#"),
        ("brackets", "<your-phrase>"),
        ("vault", "vault:secret/data/orchard#phrase"),
        ("onepassword", "op://orchard/api/phrase"),
        ("arn", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orchard"),
        ("resolve", "{{resolve:ssm-secure:/orchard/phrase:1}}"),
        ("keyvault", "@Microsoft.KeyVault(SecretUri=https://orchard.vault.azure.net/secrets/phrase)"),
        ("google", "projects/orchard/secrets/phrase/versions/latest"),
        ("file", "/run/secrets/orchard"),
        ("sops", "ENC[AES256_GCM,data:p3Ar,iv:dHJl,tag:ZQ==,type:str]"),
        ("jasypt", "ENC(cGVhci10cmVlLWluLXdpbnRlcg==)"),
        ("cipher", "{cipher}0a1b2c3d4e5f"),
    ]
    .map(|(name, text)| Reference { name, text })
    .to_vec()
}
