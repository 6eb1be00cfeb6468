# bash completion for reconciler: source <(reconciler completion bash)
_reconciler() {
    local IFS=$'\n' line
    local -a words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done < <("${COMP_WORDS[0]}" __complete -- "${words[@]}" 2>/dev/null)
    # A name goes on: no space behind `jsonpath=`.
    if [ "${#COMPREPLY[@]}" -eq 1 ]; then
        case ${COMPREPLY[0]} in *=) compopt -o nospace 2>/dev/null ;; esac
    fi
    # Files for what takes files.
    if [ "${#COMPREPLY[@]}" -eq 0 ]; then
        case " ${words[*]} " in *validate*|*apply*|*-f*|*--filename*|*--manifests*|*--state*|*--runtime*)
            compopt -o default 2>/dev/null ;;
        esac
    fi
}
complete -F _reconciler reconciler
