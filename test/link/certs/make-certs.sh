#!/bin/sh
# Makes the certificates of the TLS test anew. They hold from 2020 to 2120, protect nothing, and their keys are known to
# all. `openssl ca` is used because only it can set both dates, and a test machine's clock may be anywhere.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/ca.conf" <<CONF
[ca]
default_ca = test
[test]
new_certs_dir = $work
database = $work/index
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
CONF

request() { # name, common name, where its key goes
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$3" -out "$work/$1.csr"
}

sign() { # name, extensions, until, who signs
  : > "$work/index"
  printf '%s\n' "$2" > "$work/ext"
  openssl ca -batch -notext -config "$work/ca.conf" -in "$work/$1.csr" -extfile "$work/ext" -out "$1.cert.pem" \
    -startdate 20200101000000Z -enddate "$3" $4
}

authority() { # name
  request "$1" "Holdfast test $1" "$work/$1.key.pem"
  sign "$1" "basicConstraints=critical,CA:true
keyUsage=critical,keyCertSign" 21200101000000Z "-selfsign -keyfile $work/$1.key.pem"
}

leaf() { # name, authority, common name, extensions, until
  request "$1" "$3" "$1.key.pem"
  sign "$1" "$4" "$5" "-cert $2.cert.pem -keyfile $work/$2.key.pem"
}

authority ca
authority stranger-ca
leaf host ca host.holdfast.test "subjectAltName=DNS:host.holdfast.test,IP:127.0.0.1" 21200101000000Z
leaf expired-host ca host.holdfast.test "subjectAltName=DNS:host.holdfast.test,IP:127.0.0.1" 20200201000000Z
leaf terminal ca TERM0001 "extendedKeyUsage=clientAuth" 21200101000000Z
leaf stranger-terminal stranger-ca TERM0001 "extendedKeyUsage=clientAuth" 21200101000000Z
