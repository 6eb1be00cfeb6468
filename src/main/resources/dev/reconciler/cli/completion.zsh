#compdef reconciler
# zsh completion for reconciler: source <(reconciler completion zsh)
_reconciler() {
    local -a candidates
    candidates=("${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    candidates=("${(@)candidates:#}")
    if (( ${#candidates} )); then
        compadd -- "${candidates[@]}"
    else
        _files
    fi
}
if [ "${funcstack[1]}" = "_reconciler" ]; then
    _reconciler "$@"
else
    compdef _reconciler reconciler
fi
