#!/usr/bin/env bash
# Installs what the tests need beyond npm: a browser, a display, GTK for the Electron runtime, and the lab's real servers.
# Debian, root. Safe to run again; each package is installed only when it is missing.
set -euo pipefail
packages=(
  chromium                                  # browser tests
  xvfb xauth libgtk-3-0 libnss3 libasound2 libgbm1   # a display and the Electron runtime
  poppler-utils                             # pdftotext, pdfimages, pdftoppm: documents are read back
  postfix slapd ldap-utils                  # the lab: SMTP and LDAP
  bind9 bind9-utils nsd unbound             # name servers, signing, a validating resolver
  nginx-light                               # policies over HTTPS
  bind9-dnsutils swaks                      # second opinions, and dig as a baseline
  iproute2 nftables                         # network namespaces and their firewalls
  openssl
  strace gcc libc6-dev                      # proofs: disk writes are recorded, and made to fail
)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -eq 0 ]; then
  echo "setup-system: everything is installed"
  exit 0
fi
# No server of these packages is to run: the lab starts its own. A machine's own rule about starting services stays as it is.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "setup-system: installed ${missing[*]}"
