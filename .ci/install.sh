#!/bin/sh
# Installs the tree this script lies in, for one user or for all: the program, its manual pages and completion scripts.
#
#   ./install.sh [PREFIX]               # default: ~/.local
#   ./install.sh --uninstall [PREFIX]   # settings, state and running agents stay as they are
#
# A daemon that runs keeps the files it has opened: the old tree is moved away in one step, never overwritten. Restart the
# daemon afterwards (`systemctl --user restart reconciler`): the new one takes all agents over as they run.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
remove=
if [ "${1:-}" = --uninstall ]; then
    remove=yes
    shift
fi
case ${1:-} in
    -*)
        sed -n '2,9s/^# \{0,1\}//p' "$0"
        exit 1
        ;;
esac
prefix=${1:-$HOME/.local}

# Exactly what the other tools find by themselves: man, bash, zsh and fish look below PREFIX/share.
forget() {
    rm -rf "$prefix/lib/reconciler"
    rm -f "$prefix/bin/reconciler" "$prefix/share/man/man1/reconciler.1" "$prefix/share/man/man1"/reconciler-*.1 \
        "$prefix/share/bash-completion/completions/reconciler" "$prefix/share/zsh/site-functions/_reconciler" \
        "$prefix/share/fish/vendor_completions.d/reconciler.fish"
}

if [ -n "$remove" ]; then
    unit=${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user/reconciler.service
    if [ -e "$unit" ] && [ -x "$prefix/bin/reconciler" ] && grep -qF "$prefix/lib/reconciler/" "$unit"; then
        "$prefix/bin/reconciler" service uninstall
    fi
    forget
    echo "Removed reconciler from $prefix. Settings, state and running agents are as they were."
    exit 0
fi

if ! [ -r "$here/lib/reconciler.jar" ]; then
    echo "install.sh: there is no built tree in $here: use \`make install\`" >&2
    exit 1
fi
command -v tmux >/dev/null || echo "tmux is not installed: reconciler needs 3.3a or newer." >&2
mkdir -p "$prefix/bin" "$prefix/lib" "$prefix/share"
prefix=$(cd "$prefix" && pwd)
if [ "$here" = "$prefix/lib/reconciler" ]; then
    echo "install.sh: $here is installed already" >&2
    exit 1
fi
new=$prefix/lib/.reconciler.new.$$
rm -rf "$new"
trap 'rm -rf "$new"' EXIT
cp -R "$here" "$new"
rm -rf "$new/lib/aot" "$new/share"
forget
mv "$new" "$prefix/lib/reconciler"
cp -R "$here/share/." "$prefix/share"
ln -sfn ../lib/reconciler/bin/reconciler "$prefix/bin/reconciler"
echo "Preparing it for fast starts ..."
"$prefix/lib/reconciler/bin/train" || echo "Everything works without; only each start takes longer." >&2
echo "Installed $prefix/bin/reconciler"
case :$PATH: in
    *":$prefix/bin:"*) ;;
    *) echo "$prefix/bin is not on your PATH." >&2 ;;
esac
