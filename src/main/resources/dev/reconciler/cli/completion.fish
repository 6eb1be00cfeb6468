# fish completion for reconciler: reconciler completion fish | source
function __reconciler_complete
    set -l typed (commandline -opc) (commandline -ct)
    $typed[1] __complete -- $typed[2..-1] 2>/dev/null
end
complete -c reconciler -n 'not __fish_seen_subcommand_from validate apply' -f
complete -c reconciler -a '(__reconciler_complete)'
