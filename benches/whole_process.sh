#!/usr/bin/env bash
# How long the whole program takes, compared with a plain search of the same files.
#
#   benches/whole_process.sh [TREE] [RUNS]
#
# Without TREE a synthetic one of about 100 MB is made: the same every time, and kept below target/.
# Prints the medians in milliseconds, their ratio, and the peak memory; judges nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly runs=${2:-5} program=$PWD/target/release/jwtlint

make_tree() {
  python3 - "$1" <<'PYTHON'
import os, random, sys
top, dice = sys.argv[1], random.Random(42)
words = "user account order token session secret config value request response handler service store cache index jwt".split()
shapes = {
    "rs": "pub fn {a}_{b}(input: &str) -> Option<String> {{ let {c} = input.trim(); Some({c}.to_owned()) }}\n",
    "ts": "export const {a}_{b} = (input: string) => {{ const {c} = input.trim(); return '{c}'; }};\n",
    "py": "def {a}_{b}(value):\n    {c} = value.strip()\n    return '{c}'\n",
    "go": "func {a}{b}(value string) string {{ {c} := value; return {c} + \"{a}\" }}\n",
    "yaml": "{a}_{b}:\n  {c}: {a}-{b}\n",
    "json": "{{\"{a}\": {{\"{b}\": \"{c}\"}}}}\n",
    "md": "The {a} of a {b} has a {c}.\n",
}
for number in range(8000):
    kind = dice.choice(list(shapes))
    folder = os.path.join(top, f"part{number % 97}", f"unit{number % 13}")
    os.makedirs(folder, exist_ok=True)
    # A third of the files speaks of what matters here, as in a service that signs tokens.
    use = words if number % 3 == 0 else [word for word in words if word not in ("jwt", "secret")]
    with open(os.path.join(folder, f"file{number}.{kind}"), "w") as out:
        for _ in range(dice.randint(20, 400)):
            a, b, c = dice.sample(use, 3)
            out.write(shapes[kind].format(a=a, b=b, c=c))
PYTHON
}

# The median of RUNS runs of a command, in milliseconds; what it says and how it ends does not matter.
median() {
  local _run start
  for _run in $(seq "$runs"); do
    start=$(date +%s%N)
    "$@" >/dev/null 2>&1 || true
    echo $((($(date +%s%N) - start) / 10000))
  done | sort -n | awk '{ all[NR] = $1 } END { printf "%.2f", all[int((NR + 1) / 2)] / 100 }'
}

# The most memory that a command takes, in MB.
peak() {
  python3 - "$@" <<'PYTHON'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
PYTHON
}

[[ -x $program ]] || cargo build --release
tree=${1:-}
if [[ -z $tree ]]; then
  tree=$PWD/target/bench-tree
  [[ -d $tree ]] || make_tree "$tree"
fi
printf 'tree      %s, %s files, %s MB\n' "$tree" "$(find "$tree" -type f | wc -l)" "$(du -sm "$tree" | cut -f1)"
ours=$(median "$program" check --no-config "$tree")
printf 'jwtlint   %s ms, at most %s MB of memory\n' "$ours" "$(peak "$program" check --no-config "$tree")"
if command -v rg >/dev/null; then
  search=$(median rg -c -i 'jwt|secret' "$tree")
  printf 'rg        %s ms\n' "$search"
  awk -v ours="$ours" -v search="$search" 'BEGIN { printf "ratio     %.2f\n", ours / search }'
fi
small=$(mktemp -d)
trap 'rm -rf "$small"' EXIT
printf 'pub const JWT_SECRET: &str = "pear-tree-in-winter";\n' >"$small/auth.rs"
printf 'one file  %s ms\n' "$(median "$program" check --no-config "$small/auth.rs")"
