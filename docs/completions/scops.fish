# Completion of scops for fish. The program itself tells how a line may go on: it knows the configuration.
function __scops_complete
    set -l typed (commandline --current-token --cut-at-cursor)
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    SCOPS_COMPLETE=fish scops -- $words (string unescape -- "$typed") 2>/dev/null
end
complete --keep-order --no-files --command scops --arguments '(__scops_complete)'
