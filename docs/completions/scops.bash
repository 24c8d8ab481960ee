# Completion of scops for bash. The program itself tells how a line may go on: it knows the configuration.
_scops() {
    local reply
    COMPREPLY=()
    while IFS= read -r reply; do
        COMPREPLY+=("$reply")
    done < <(SCOPS_COMPLETE=bash scops -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
}
# The order is the program's, and a space follows only what is whole: it is part of the reply.
complete -o nospace -o nosort -F _scops scops 2>/dev/null || complete -o nospace -F _scops scops
