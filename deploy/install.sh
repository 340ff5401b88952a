#!/bin/sh
# Ставит программу из этого архива, без сети: sh install.sh [ПАПКА] [plain|charts|postgres]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/dezhurny}
parts=${2:-charts}

stop() {
	echo "$1" >&2
	exit 1
}

case $parts in
plain | charts | postgres) ;;
*) stop "«$parts» не понимаю: plain (без диаграмм), charts (с диаграммами) или postgres (и для PostgreSQL)" ;;
esac

(cd "$here" && sha256sum --quiet --strict -c SHA256SUMS) ||
	stop "Архив повреждён или изменён: выше названы файлы, которые не сошлись. Ничего не поставлено."

python=
for one in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
	if "$one" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
		python=$one
		break
	fi
done
[ -n "$python" ] || stop "Нужен Python от 3.11 до 3.14: apt install python3 python3-venv"
tag=cp$("$python" -c 'import sys; print("%d%d" % sys.version_info[:2])')
ls "$here"/wheels/*-"$tag"-*.whl >/dev/null 2>&1 || stop "Этот архив собран не для $("$python" --version): нужен другой архив."

version=$(basename "$(ls "$here"/wheels/dezhurny-*.whl)" | cut -d- -f2)
mkdir -p "$target" 2>/dev/null || stop "Папку $target не создать: нужны права (sudo) или другая папка."
room=$target/venv-$version-$(date -u +%Y%m%dT%H%M%S)
trap 'status=$?; [ $status -eq 0 ] || rm -rf "$room"' EXIT
"$python" -m venv "$room" || stop "Не хватает модуля venv: apt install python3-venv"
"$room/bin/pip" --isolated install --quiet --disable-pip-version-check --no-index --no-cache-dir --find-links "$here/wheels" \
	--require-hashes -r "$here/$parts.lock" || stop "Ничего не поставлено: выше сказано почему."
"$room/bin/python" -m bot --help >/dev/null || stop "Программа поставлена, но не запускается: выше сказано почему."

# Ссылка меняется одним действием; прежняя установка остаётся рядом.
[ ! -d "$target/.venv" ] || [ -L "$target/.venv" ] || mv "$target/.venv" "$target/venv-before"
ln -sfn "$(basename "$room")" "$target/.venv.new"
mv -T "$target/.venv.new" "$target/.venv"
cp "$here/deploy/dezhurny" "$target/dezhurny" && chmod 755 "$target/dezhurny"
echo "Поставлено: $target/.venv/bin/python -m bot"
