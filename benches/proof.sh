#!/usr/bin/env bash
# How long proofs take at their bounds: 100 000 strings on 20 tokens with HS256, and private keys on tokens that others
# signed. One thread; made anew each time below target/, with keys that are thrown away.
#
#   benches/proof.sh [RUNS]
#
# Prints the median of each in milliseconds; judges nothing. Wants Python, and its `cryptography` for the second part.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly runs=${1:-5} program=$PWD/target/release/jwtlint tree=$PWD/target/bench-proof

make_trees() {
  rm -rf "$tree"
  python3 - "$tree" <<'PYTHON'
import base64, hashlib, hmac, json, os, random, sys

top, dice = sys.argv[1], random.Random(42)
url_safe = lambda data: base64.urlsafe_b64encode(data).decode().rstrip("=")

def unsigned(algorithm, number):
    claims = {"sub": f"user-{number}", "iss": "https://login.garden.example/", "exp": 4102444800, "roles": ["reader"]}
    return ".".join(url_safe(json.dumps(part).encode()) for part in ({"alg": algorithm, "typ": "JWT"}, claims))

def write(folder, name, text):
    os.makedirs(os.path.join(top, folder), exist_ok=True)
    with open(os.path.join(top, folder, name), "w") as out:
        out.write(text)

def tokens(folder, algorithm, count, sign):
    inputs = [unsigned(algorithm, number) for number in range(count)]
    write(folder, "visits.log", "".join(f"{one}.{url_safe(sign(one.encode()))}\n" for one in inputs))

word = lambda: "".join(dice.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(8))
tokens("HS256", "HS256", 20, lambda data: hmac.new(os.urandom(32), data, hashlib.sha256).digest())
for number in range(50):
    write("HS256", f"words-{number}.json", json.dumps([f"{word()}-{word()}-{index}!" for index in range(2400)], indent=1))
try:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
except ImportError:
    sys.exit(0)

def pem(key):
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()

def ecdsa(key, hash, length):
    def sign(data):
        pair = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hash)))
        return b"".join(number.to_bytes(length, "big") for number in pair)
    return sign

def pairs(algorithm, make, keys, count, signer):
    for number in range(keys):
        write(algorithm, f"{number}.pem", pem(make()))
    tokens(algorithm, algorithm, count, signer(make()))

pairs("RS256", lambda: rsa.generate_private_key(65537, 2048), 50, 1000,
      lambda key: lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256()))
pairs("ES256", lambda: ec.generate_private_key(ec.SECP256R1()), 100, 200, lambda key: ecdsa(key, hashes.SHA256(), 32))
pairs("ES384", lambda: ec.generate_private_key(ec.SECP384R1()), 100, 200, lambda key: ecdsa(key, hashes.SHA384(), 48))
pairs("EdDSA", ed25519.Ed25519PrivateKey.generate, 100, 500, lambda key: key.sign)
PYTHON
}

# The median of RUNS runs in one folder, in milliseconds; a token is a finding, so the status says nothing.
median() {
  local _run start
  for _run in $(seq "$runs"); do
    start=$(date +%s%N)
    "$program" check --threads 1 --root "$1" --quiet "$1" >/dev/null 2>&1 || true
    echo $((($(date +%s%N) - start) / 1000000))
  done | sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

[[ -x $program ]] || cargo build --release
make_trees
for folder in "$tree"/*/; do
  printf '%-6s %6s ms\n' "$(basename "$folder")" "$(median "$folder")"
done
