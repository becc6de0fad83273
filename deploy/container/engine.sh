#!/usr/bin/env bash
# Make sure a Docker engine answers and that the base image is there.
#   engine.sh start   use the running engine; else install Debian's and start it (root)
#   engine.sh stop    end the engine that `start` started
# Where no registry can be reached, a stand-in for python:3.11-slim is made from Debian's own packages.
set -euo pipefail

STATE=${ENGINE_STATE:-/tmp/regression-analyzer-engine}
BASE=${BASE_IMAGE:-python:3.11-slim}
DOCKER=${DOCKER:-docker}
mkdir -p "$STATE"

answers() { "$1" info >/dev/null 2>&1; }

start() {
  if ! answers "$DOCKER"; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
      echo "No Docker engine answers. Start Docker, or run this as root on Debian to have one installed." >&2
      exit 1
    fi
    if ! command -v dockerd >/dev/null; then
      apt-get update -qq
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io docker-compose iptables >"$STATE/apt.log"
    fi
    if [ -s "$STATE/dockerd.pid" ] && kill -0 "$(cat "$STATE/dockerd.pid")" 2>/dev/null; then :; else
      rm -f /var/run/docker.pid
      setsid dockerd >"$STATE/dockerd.log" 2>&1 &
      echo $! >"$STATE/dockerd.pid"
    fi
    for _ in $(seq 60); do answers /usr/bin/docker && break; sleep 0.5; done
    answers /usr/bin/docker || { echo "The Docker engine did not start:" >&2; tail -n 20 "$STATE/dockerd.log" >&2; exit 1; }
  fi
  # A client of another origin may lack the plug-in that BuildKit needs: prefer the engine's own client then.
  if ! "$DOCKER" buildx version >/dev/null 2>&1 && [ -x /usr/bin/docker ]; then DOCKER=/usr/bin/docker; fi
  if ! "$DOCKER" image inspect "$BASE" >/dev/null 2>&1 && ! timeout 60 "$DOCKER" pull -q "$BASE" >/dev/null 2>&1; then
    stand_in
  fi
  "$DOCKER" compose version >/dev/null 2>&1 || compose_two
  echo "$DOCKER"
}

# Compose 2 as a plug-in for this engine's client alone, in $STATE/docker-config: Debian 12 has only Compose 1,
# so its package is taken from the next release, from wherever this machine gets its packages.
compose_two() {
  local plugins="$STATE/docker-config/cli-plugins" apt="$STATE/apt-next" mirror
  [ -x "$plugins/docker-compose" ] && return 0
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' 2>/dev/null | head -n 1)
  [ -n "$mirror" ] || return 0
  mkdir -p "$plugins" "$apt/lists/partial" "$apt/cache/archives/partial"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$apt/sources.list"
  local options=(-qq -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=-
    -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root)
  if (cd "$apt" && apt-get "${options[@]}" update && apt-get "${options[@]}" download docker-compose) >"$STATE/apt.log" 2>&1; then
    dpkg-deb -x "$apt"/docker-compose_*.deb "$apt/unpacked"
    cp "$apt/unpacked/usr/libexec/docker/cli-plugins/docker-compose" "$plugins/"
  else
    echo "Compose 2 cannot be fetched; only the installed one is tested:" >&2
    tail -n 3 "$STATE/apt.log" >&2
  fi
  rm -rf "$apt"
}

stand_in() {
  echo "The base image $BASE cannot be pulled: making a stand-in from Debian's packages." >&2
  if ! command -v debootstrap >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >"$STATE/apt.log"
  fi
  local root="$STATE/root"
  rm -rf "$root"
  debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$root" >"$STATE/debootstrap.log"
  rm -rf "$root"/usr/share/{doc,man,locale} "$root"/var/cache/apt "$root"/var/lib/apt/lists "$root"/var/log
  mkdir -p "$root"/var/cache/apt/archives/partial "$root"/var/lib/apt/lists/partial "$root"/var/log
  rm -f "$root"/usr/lib/python3*/EXTERNALLY-MANAGED
  ln -sf python3 "$root/usr/bin/python"
  # What this machine needs to reach its package index belongs to the stand-in, not to the Dockerfile.
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' >"$root/etc/pip.conf"
  tar -C "$root" -c . | "$DOCKER" import --change 'CMD ["python3"]' - "$BASE" >/dev/null
  rm -rf "$root"
}

stop() {
  [ -s "$STATE/dockerd.pid" ] || return 0
  kill "$(cat "$STATE/dockerd.pid")" 2>/dev/null || true
  rm -f "$STATE/dockerd.pid"
}

"${1:-start}"
