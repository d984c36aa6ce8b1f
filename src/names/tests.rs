//! Names both ways. One per line; dots separate what is a member of what.

use proptest::prelude::*;

use super::*;

fn class(name: &str) -> NameClass {
    // `|` separates the parts of a path, so that one part may hold dots.
    classify(&name.split('|').collect::<Vec<_>>())
}

fn all(expected: NameClass, names: &str) {
    let wrong: Vec<_> =
        names.split_whitespace().map(|name| (name, class(name))).filter(|(_, class)| *class != expected).collect();
    assert!(wrong.is_empty(), "not {expected:?}: {wrong:?}");
}

#[test]
fn the_word_file_parses() {
    assert!(toml::from_str::<File>(crate::embedded::text("names.toml").unwrap_or_default()).is_ok());
}

#[test]
fn jwt_keys() {
    all(
        NameClass::Secret,
        "JWT_SECRET jwt_secret jwt-secret jwtSecret JwtSecret JWTSecret jwtsecret JWTSECRET jwt.secret Jwt:Key Jwt__Secret auth.jwt.secret
         auth|jwt|secret jwtConstants|secret jwtKey jwt_key JWT_KEY jwtSigningKey JWT_SIGNING_KEY jwt.signing-key jwt|signing-key
         Authentication|JwtBearer|SecurityKey Authentication:JwtBearer:SecurityKey JwtSettings__Key JwtSettings|SecretKey JWTSettings|Key
         tokenSecret TOKEN_SECRET token_secret token|secret ACCESS_TOKEN_SECRET REFRESH_TOKEN_SECRET accessTokenSecret JWT_ACCESS_SECRET
         JWT_REFRESH_SECRET JWT_REFRESH_TOKEN_SECRET accessSecret refreshSecret SC_ACCESS_TOKEN_SECRET_KEY SC_JWT_SECRET_KEY
         JWT_SECRET_KEY jwtSecretKey GOTRUE_JWT_SECRET API_JWT_SECRET METRICS_JWT_SECRET AUTH_JWT_SECRET PGRST_JWT_SECRET
         PGRST_APP_SETTINGS_JWT_SECRET SERVER_JWT_SECRET DEVISE_JWT_SECRET_KEY ADMIN_JWT_SECRET HASURA_GRAPHQL_JWT_SECRET NEXTAUTH_SECRET
         NextAuthSecret NGINX_UI_APP_JWT_SECRET SVIX_JWT_SECRET LLDAP_JWT_SECRET N8N_USER_MANAGEMENT_JWT_SECRET JWT_APP_SECRET
         MERCURE_JWT_SECRET MERCURE_PUBLISHER_JWT_KEY MERCURE_SUBSCRIBER_JWT_KEY mercure|jwtSecret publisher_jwt_key LFS_JWT_SECRET
         JWT_HMAC_SECRET JWT_HS256_SECRET JWT_SHARED_SECRET JWT_TOKEN_SECRET JWT_HMAC_KEY jwt_hmac_key JWT_ENCRYPTION_KEY
         bezkoder.app.jwtSecret app.jwt.secret application.security.jwt.secret-key security.jwt.token.secret-key token.secret jwt.base64-secret
         jhipster.security.authentication.jwt.base64-secret sa-token.jwt-secret-key IssuerSigningKey secretOrKey secretOrPrivateKey
         jwtConfig.secretOrKey JsonWebTokenSecret JSON_WEB_TOKEN_KEY jws_key JWS_SECRET http|jwt|encoding_secret http.jwt.decoding_secret
         JWT_SECRET_OLD JWT_SECRET_DEV JWT_SECRET_TEST DEFAULT_JWT_SECRET JWT_SECRET_DEFAULT JWT_SECRET_2 jwtSecret1 JWT_SECRET_V2
         variable|jwt_secret|default jwt|secret|0 jwt_secrets JWT_SECRETS NEXT_PUBLIC_JWT_SECRET VITE_JWT_SECRET AWS_JWT_SECRET
         JwtOptions|SigningKey JwtOptions__SigningKey jwtOptions.key Jwt:SigningKey jwtAuthKey TEST_JWT_SECRET jwtSecretBytes
         jwt_secret_base64 JWT_SECRET_BASE64 jwtEmailSecret JWT_RESET_SECRET user_jwt_secret my_jwt_key COOKIE_JWT_SECRET
         jhipster|security|authentication|jwt|secret smallrye.jwt.sign.key JWT_VERIFICATION_SECRET_KEY jwtVerifySecret JWT_EMAIL_VERIFICATION_SECRET ACCESS_TOKEN_KEY REFRESH_TOKEN_KEY JWT_SECRET_TOKEN",
    );
}

#[test]
fn keys_of_something() {
    all(
        NameClass::Contextual,
        "SECRET SECRET_KEY secretKey SECRET_KEY_BASE secret_key_base APP_SECRET APP_KEY SESSION_SECRET SIGNING_KEY signingKey signing-key
         TOKEN_KEY tokenKey TOKENKEY AUTH_SECRET authSecret securityKey SecurityKey API_SECRET HMAC_KEY hmacSecret SIGNING_SECRET_KEY
         SESSION_SIGNING_KEY AppSettings|Secret config|secret settings.SECRET_KEY encodingSecret encoding_key Tokens|Key
         JWT_PASSWORD jwt_salt JWT_TOKEN_KEY jwt|secret|key secretkey UTILS_SECRET GROWW_API_SECRET",
    );
}

#[test]
fn what_a_program_runs_for() {
    for name in [
        "isTestOrCi",
        "_isTestOrCI",
        "is_testing_env",
        "IsDevEnvironment",
        "in_dev_mode",
        "isProductionBuild",
        "isLocal",
        "runningInTests",
    ] {
        assert!(asks_what_runs(name), "{name}");
    }
    for name in
        ["isTested", "isValid", "test", "environment", "isLocalUser", "is", "inTestList", "isEnv", "productionKey", ""]
    {
        assert!(!asks_what_runs(name), "{name}");
    }
}

#[test]
fn tokens_and_private_keys() {
    all(
        NameClass::Token,
        "JWT_TOKEN jwtToken jwt MY_JWT ANON_KEY SUPABASE_ANON_KEY SERVICE_ROLE_KEY INTERNAL_TOKEN accessToken ACCESS_TOKEN idToken bearerToken",
    );
    all(
        NameClass::PrivateKey,
        "JWT_PRIVATE_KEY jwtPrivateKey jwt.privateKey jwt|private_key JWT_RSA_PRIVATE_KEY ACCESS_TOKEN_PRIVATE_KEY REFRESH_TOKEN_PRIVATE_KEY
         jwt_private jwt.signing.private-key JWT_PRIVATE_PEM",
    );
}

#[test]
fn look_alikes() {
    all(
        NameClass::Other,
        "JWT_EXPIRES_IN JWT_EXPIRES JWT_EXPIRATION JWT_EXPIRED_IN JWT_EXP JWT_MAXAGE JWT_TTL JWT_LIFETIME JWT_DURATION_HOURS JWT_LEEWAY
         JWT_CLOCK_SKEW JWT_REFRESH_TTL JWT_ALGORITHM JWT_ALGO JWT_ALG JWT_TYPE JWT_HEADER JWT_HEADER_TYPE JWT_PREFIX JWT_COOKIE_NAME
         JWT_COOKIE_SAMESITE JWT_TOKEN_LOCATION JWT_ISSUER JWT_ISS JWT_AUDIENCE JWT_AUD JWT_SUBJECT JWT_CLAIMS JWT_ROLE JWT_NAMESPACE
         JWT_PUBLIC_KEY jwtPublicKey jwt.public-key JWT_VERIFY_KEY JWT_VERIFICATION_KEY TURNSTILE_VERIFY_SECRET JWT_CERT JWKS_URI JWKS_URL JWK_URL JWT_KEY_ID jwtKid JWT_APP_ID
         JWT_CLIENT_ID JWT_KEY_NAME JWT_SECRET_ID JWT_SECRET_ARN JWT_SECRET_VERSION JWT_SECRET_NAME JWT_SECRET_REF secretName existingSecret
         jwt.existingSecret secretKeyRef secretKeyRef|key imagePullSecrets JWT_SECRET_FILE JWT_SECRET_PATH JWT_KEY_FILE JWT_KEY_PATH JWT_SECRET_URI
         JWT_SECRET_LENGTH JWT_SECRET_SIZE JWT_SECRET_ENCODING JWT_SECRET_IS_BASE64 JWT_SECRET_ENABLED JWT_SECRET_REQUIRED JWT_BLACKLIST_ENABLED
         JWT_SECRET_ERROR MISSING_SECRET missingJwtSecret invalid_jwt_secret JWT_SECRET_ENV SECRET_ENV_VAR CLIENT_SECRET clientSecret
         GOOGLE_CLIENT_SECRET WEBHOOK_SECRET webhookSecret TOTP_SECRET COOKIE_SECRET CSRF_SECRET STRIPE_SECRET STRIPE_SECRET_KEY
         STRIPE_WEBHOOK_SECRET AWS_SECRET_ACCESS_KEY AWS_SECRET DB_PASSWORD JWT_COOKIE_SECRET OAUTH_TOKEN_SECRET TWITTER_ACCESS_TOKEN_SECRET
         OAuthTokenSecret secretary presigning presigningKey EphemeralSecret getSecret getJwtSecret generateJwtSecret SecretStore jwtService
         tokenizer keyboard monkey turkey keyword primaryKey publicKey cacheKey jwtCacheKey jwtStorageKey jwt_header_key jwtClaimsKey
         JWT_EXPIRATION_MS jwtExpirationMs expire-length jwtEnabled jwtStrategy JwtModule hasJwtSecret use_base64_secret
         FT_CLIENT_SECRET OIDC_API_CLIENT_SECRET RECAPTCHA_SECRET_KEY MAILGUN_SECRET HASURA_GRAPHQL_ADMIN_SECRET imageKey idempotencyKey key name
         a ab JWT_KEY_ROTATION_DAYS jwtSecretLabel tokens tokenType tokenExpiry jwt|webhook|secret SECRET_LENGTH secretVersion PORT",
    );
}

#[test]
fn extra_names_count_as_secrets() {
    let extra = ExtraNames::new(["PEAR_SEED", ""]);
    assert_eq!(classify_with(&extra, &["pearSeed"]), NameClass::Secret);
    assert_eq!(classify_with(&extra, &["app", "winter-pear-seed"]), NameClass::Secret);
    assert_eq!(classify_with(&extra, &["pear_seed_length"]), NameClass::Other);
    assert_eq!(classify_with(&ExtraNames::default(), &["pearSeed"]), NameClass::Other);
}

#[test]
fn odd_names_are_harmless() {
    all(NameClass::Other, "é __ ____ . : - 123 9key_é clé_ÉÉ");
    assert_eq!(classify(&[]), NameClass::Other);
    assert_eq!(classify(&["", ""]), NameClass::Other);
    assert_eq!(class(&"jwtsecret".repeat(2000)), NameClass::Other);
    assert_eq!(class("jwt_secret_é"), NameClass::Other);
}

proptest! {
    #[test]
    fn any_name_has_a_class(path in prop::collection::vec("\\PC{0,12}|[a-zA-Z0-9_.:-]{0,20}", 0..5)) {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        classify(&path);
    }

    #[test]
    fn separators_do_not_matter(separator in "[-_.:]") {
        let name = ["jwt", "signing", "key"].join(&separator);
        prop_assert_eq!(classify(&[&name]), NameClass::Secret);
    }
}

#[test]
fn what_has_to_do_with_tokens() {
    for name in ["jwt", "jwtRS256", "jwt_private", "access-token-signing", "JwtKeys", "jwk-set", "refresh_token_key"] {
        assert!(is_about_tokens(name), "{name}");
    }
    for name in
        ["", "server", "tls-jwt", "private", "tokenizer", "token", "firebase-jwt", "google_access_token", "keys"]
    {
        assert!(!is_about_tokens(name), "{name}");
    }
}
