#!/usr/bin/env bash
# Puts ecslocal into a folder of the job, and that on the PATH of a GitHub job's next steps. It reads
#   VERSION            a release such as 1.2.0, latest (the default), or source: the commit of this script, built with Go
#   ECSLOCAL_BIN       the folder (default: the runner's own, else ~/.local/bin)
#   ECSLOCAL_RELEASES  where releases are (default: https://github.com/ecslocal/ecslocal/releases)
set -euo pipefail
version=${VERSION:-latest}
releases=${ECSLOCAL_RELEASES:-https://github.com/ecslocal/ecslocal/releases}
bin=${ECSLOCAL_BIN:-${RUNNER_TEMP:+$RUNNER_TEMP/ecslocal}}
bin=${bin:-$HOME/.local/bin}
mkdir -p "$bin"

download() {
	case $(uname -s) in
	Linux) os=linux ;;
	Darwin) os=darwin ;;
	MINGW* | MSYS* | CYGWIN*) os=windows ;;
	*) echo "there is no release of ecslocal for $(uname -s); VERSION=source builds it" >&2 && exit 1 ;;
	esac
	case $(uname -m) in
	x86_64 | amd64) arch=amd64 ;;
	arm64 | aarch64) arch=arm64 ;;
	*) echo "there is no release of ecslocal for $(uname -m); VERSION=source builds it" >&2 && exit 1 ;;
	esac
	if [ "$version" = latest ]; then
		version=$(curl -fsSL --retry 3 -o /dev/null -w '%{url_effective}' "$releases/latest")
		version=${version##*/}
	fi
	version=${version#v}
	archive=ecslocal_${version}_${os}_${arch}.tar.gz
	curl -fsSL --retry 3 -o "$folder/$archive" "$releases/download/v$version/$archive"
	curl -fsSL --retry 3 -o "$folder/checksums.txt" "$releases/download/v$version/checksums.txt"
	(cd "$folder" && grep "  $archive\$" checksums.txt >this.txt && { sha256sum -c this.txt || shasum -a 256 -c this.txt; }) >/dev/null 2>&1 || {
		echo "$archive is not what checksums.txt says" >&2
		exit 1
	}
	tar -xzf "$folder/$archive" -C "$bin" "ecslocal$([ "$os" != windows ] || echo .exe)"
}

if [ "$version" = source ]; then
	(cd "$(dirname "$0")/../../.." && CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$bin/" ./cmd/ecslocal)
else
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"' EXIT
	download
fi
[ -z "${GITHUB_PATH:-}" ] || echo "$bin" >>"$GITHUB_PATH"
"$bin/ecslocal" version
