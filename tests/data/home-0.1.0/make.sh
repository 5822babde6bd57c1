#!/usr/bin/env bash
# How this home was made. As root, in a clean clone of release 0.1.0 after `make setup`:
#     unshare --uts bash -c 'hostname luutru && exec bash make.sh OLD_HOME_PY'
# where OLD_HOME_PY is tests/support/old_home.py of the clone that keeps the home. Nothing but the
# folders of /srv/khobao/data and mongodb.json.gz is kept; README.md says what is left out.
set -euo pipefail
export KHOBAO_HOME=/srv/khobao/data PATH=$PWD/.venv/bin:$PATH NO_COLOR=1
at=/srv/khobao/practice control=http://127.0.0.1:8082
mkdir -p $at

python -m practice --articles 24 --validators all --log-dir $at \
  --port 8080 --tls-port 8443 --control-port 8082 >$at/ready.json &
newspaper=$!
trap 'kill $newspaper' EXIT
until [ -s $at/ready.json ]; do sleep 0.1; done
ca=$(python -c 'import json,sys; print(json.load(open(sys.argv[1]))["ca_file"])' $at/ready.json)
resolve=$(python -c 'import json,sys; print(*("--resolve " + r for r in json.load(open(sys.argv[1]))["resolve"]))' $at/ready.json)

control() { curl --silent --fail --data "$2" "$control$1"; echo; }
crawl() { khobao crawl "$@" --delay 0 --ca-file "$ca" $resolve || echo "exit $?"; }
exchanges() { curl --silent $control/log | python -c 'import json,sys; print(json.load(sys.stdin)["count"])'; }
# crawl_until N SIGNAL ARGUMENT...: send SIGNAL when N exchanges more are in the newspaper's log
crawl_until() {
  local goal=$(($(exchanges) + $1)) signal=$2
  shift 2
  khobao crawl "$@" --delay 0.2 --ca-file "$ca" $resolve &
  local crawl=$!
  until [ "$(exchanges)" -ge $goal ]; do sleep 0.05; done
  kill -"$signal" $crawl
  wait $crawl || echo "exit $?"
}

set -x
crawl_until 28 KILL sections --media none
crawl sections --limit 12 --media none
crawl videos --media none
control /faults '{"names": ["captcha=0.12", "500=0.05", "truncated=0.05", "soft-404=0.05", "cookie-wall=0.1"]}'
crawl sections --full --media none
control /faults '{"names": []}'
control /clock '{"advance": 14400}'
crawl sections --media none
control /clock '{"advance": 28800}'
crawl sections --full --media none
article=$(curl --silent $control/truth/articles | python -c 'import json,sys; print(json.loads(sys.stdin.readlines()[0])["url"])')
crawl page "$article" https://baodaklak.vn/thoi-su/202601/khong-co-0123abc/ --media page
khobao survey --delay 0 --ca-file "$ca" $resolve || echo "exit $?"
control /clock '{"advance": 10800}'
control /redesign '{"rename": {"content": "noi-dung"}}'
crawl sections --media none
control /redesign '{}'
control /clock '{"advance": 10800}'
crawl sections --limit 1 --media none
crawl_until 40 INT sections --full --media none
khobao archive fixity run --budget 1h
khobao archive verify
khobao status
python "$1" "$(khobao db uri)" /srv/khobao/mongodb.json.gz
khobao db stop
