# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_scops_global_optspecs
    string join \n profile= config= region= endpoint-url= read-only theme= keymap= no-mouse aws-profile= no-sign-request request-payer= path-style ca-bundle= use-fips use-dualstack at= h/help V/version
end

function __fish_scops_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_scops_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_scops_using_subcommand
    set -l cmd (__fish_scops_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c scops -n "__fish_scops_needs_command" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_needs_command" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_needs_command" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_needs_command" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_needs_command" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_needs_command" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_needs_command" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_needs_command" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_needs_command" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_needs_command" -l at -d 'Open the console at a view, as its `Y` copies one: objects,source=NAME,range=6h (see docs/console.md)' -r
complete -c scops -n "__fish_scops_needs_command" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_needs_command" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_needs_command" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_needs_command" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_needs_command" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_needs_command" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_needs_command" -s V -l version -d 'Print version'
complete -c scops -n "__fish_scops_needs_command" -f -a "demo" -d 'The whole story on a generated night of logs, with the embedded platform'
complete -c scops -n "__fish_scops_needs_command" -f -a "open" -d 'A folder of log files as a bucket to investigate; nothing in it is modified'
complete -c scops -n "__fish_scops_needs_command" -f -a "sources" -d 'What each source has: objects, lag, gaps, what failed'
complete -c scops -n "__fish_scops_needs_command" -f -a "timeline" -d 'The objects of a source over time'
complete -c scops -n "__fish_scops_needs_command" -f -a "ls" -d 'The objects of a source, or what lies at a place in S3'
complete -c scops -n "__fish_scops_needs_command" -f -a "cat" -d 'Print any file or object, parsed'
complete -c scops -n "__fish_scops_needs_command" -f -a "grep" -d 'The records that a search finds in files and objects as they lie'
complete -c scops -n "__fish_scops_needs_command" -f -a "get" -d 'Fetch objects into files: streamed, whole or not at all, nothing overwritten'
complete -c scops -n "__fish_scops_needs_command" -f -a "formats" -d 'What can be parsed, why an object is read as it is, and formats of one\'s own'
complete -c scops -n "__fish_scops_needs_command" -f -a "init" -d 'Write a configuration from what the account already knows'
complete -c scops -n "__fish_scops_needs_command" -f -a "pipeline" -d 'What stands behind the buckets, how much waits where, and what is odd'
complete -c scops -n "__fish_scops_needs_command" -f -a "search" -d 'Search all sources for an expression, by the index or by the objects themselves'
complete -c scops -n "__fish_scops_needs_command" -f -a "index" -d 'Keep the search index good: merge its small files, verify it, bound its age'
complete -c scops -n "__fish_scops_needs_command" -f -a "query" -d 'Run SQL through Athena and print the rows'
complete -c scops -n "__fish_scops_needs_command" -f -a "failures" -d 'What failed, wherever that shows: queues, records, destinations, and where listing and index do not agree'
complete -c scops -n "__fish_scops_needs_command" -f -a "parked" -d 'What waits for a parser'
complete -c scops -n "__fish_scops_needs_command" -f -a "replay" -d 'Send the events of objects again'
complete -c scops -n "__fish_scops_needs_command" -f -a "audit" -d 'Who sent what, when and from where, and whether that can be trusted'
complete -c scops -n "__fish_scops_needs_command" -f -a "case" -d 'Case notes: list, show, add to, export, and open what others have exported'
complete -c scops -n "__fish_scops_needs_command" -f -a "worker" -d 'Process object events: parse, index, prove'
complete -c scops -n "__fish_scops_needs_command" -f -a "doctor" -d 'What is wrong, and its cure: credentials, rights, regions, clock, terminal, folders'
complete -c scops -n "__fish_scops_needs_command" -f -a "iam-policy" -d 'The least IAM policy that the configuration needs'
complete -c scops -n "__fish_scops_needs_command" -f -a "config" -d 'What the configuration says, and what is wrong with it'
complete -c scops -n "__fish_scops_needs_command" -f -a "info" -d 'Where files lie, and what the environment sets'
complete -c scops -n "__fish_scops_needs_command" -f -a "keymap" -d 'What every key of the console does, and keymaps of one\'s own'
complete -c scops -n "__fish_scops_needs_command" -f -a "theme" -d 'The console\'s themes, and those of one\'s own'
complete -c scops -n "__fish_scops_needs_command" -f -a "completions" -d 'Print what makes a shell complete the arguments of scops'
complete -c scops -n "__fish_scops_needs_command" -f -a "man" -d 'Write the man pages of scops and its commands'
complete -c scops -n "__fish_scops_needs_command" -f -a "lab" -d 'Run the embedded platform alone'
complete -c scops -n "__fish_scops_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand demo" -l seed -d 'Another seed is another night: other names, numbers and sizes, the same story' -r
complete -c scops -n "__fish_scops_using_subcommand demo" -l dir -d 'Keep the platform in this folder, which must be new or empty; otherwise it goes when the demo ends' -r -F
complete -c scops -n "__fish_scops_using_subcommand demo" -l at -d 'The moment the pager rings (now)' -r
complete -c scops -n "__fish_scops_using_subcommand demo" -l hours -d 'How many hours the night has' -r
complete -c scops -n "__fish_scops_using_subcommand demo" -l density -d 'How dense the logs are; 1 gives about three thousand objects' -r
complete -c scops -n "__fish_scops_using_subcommand demo" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand demo" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand demo" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand demo" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand demo" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand demo" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand demo" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand demo" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand demo" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand demo" -l no-console -d 'Open no console: print how to reach the platform, and keep it running until interrupted'
complete -c scops -n "__fish_scops_using_subcommand demo" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand demo" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand demo" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand demo" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand demo" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand demo" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand open" -l at -d 'Open it at a view, as the console\'s `Y` copies one' -r
complete -c scops -n "__fish_scops_using_subcommand open" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand open" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand open" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand open" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand open" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand open" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand open" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand open" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand open" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand open" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand open" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand open" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand open" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand open" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand open" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand open" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand sources" -l range -d 'The times that keys tell: 6h, 3d, 2026-11-23, or two moments; left out, the last 24 hours' -r
complete -c scops -n "__fish_scops_using_subcommand sources" -s o -l output -d 'How they are printed (docs/schema/sources.json)' -r -f -a "table\t'Aligned columns'
json\t'One JSON array'
ndjson\t'One JSON object a line'
csv\t'RFC 4180, with a line of names'"
complete -c scops -n "__fish_scops_using_subcommand sources" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand sources" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand sources" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand sources" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand sources" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand sources" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand sources" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand sources" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand sources" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand sources" -l week -d 'Judge silences by the hours of the week before, as the screen does: this lists that week as well'
complete -c scops -n "__fish_scops_using_subcommand sources" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand sources" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand sources" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand sources" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand sources" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand sources" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand sources" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand timeline" -l range -d 'The times that keys tell: 6h, 3d, 2026-11-23, or two moments; left out, the last 24 hours' -r
complete -c scops -n "__fish_scops_using_subcommand timeline" -l columns -d 'How many columns the range has at most: each is an even step' -r
complete -c scops -n "__fish_scops_using_subcommand timeline" -s o -l output -d 'How they are printed (docs/schema/timeline.json)' -r -f -a "table\t'Aligned columns'
json\t'One JSON array'
ndjson\t'One JSON object a line'
csv\t'RFC 4180, with a line of names'"
complete -c scops -n "__fish_scops_using_subcommand timeline" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand timeline" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand timeline" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand timeline" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand timeline" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand timeline" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand timeline" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand timeline" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand timeline" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand timeline" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand timeline" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand timeline" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand timeline" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand timeline" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand timeline" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand timeline" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand ls" -l range -d 'The times that keys tell (arrivals, where they tell none): 6h, 3d, 2026-11-23, or two moments; of a source, left out, the last 24 hours' -r
complete -c scops -n "__fish_scops_using_subcommand ls" -l filter -d 'Only objects that pass, in the language of the objects screen: state:failed size:>1M lag:>5m key:~T01' -r
complete -c scops -n "__fish_scops_using_subcommand ls" -l limit -d 'Stop after so many' -r
complete -c scops -n "__fish_scops_using_subcommand ls" -s o -l output -d 'How they are printed (docs/schema/ls.json); NDJSON and raw may be given to `scops replay --from`' -r -f -a "table\t'Aligned columns'
json\t'One JSON array'
ndjson\t'One JSON object a line'
csv\t'RFC 4180, with a line of names'
raw\t'One URI a line, as it is'"
complete -c scops -n "__fish_scops_using_subcommand ls" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand ls" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand ls" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand ls" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand ls" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand ls" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand ls" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand ls" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand ls" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand ls" -l recursive -d 'Of a URI: everything below it, not one level'
complete -c scops -n "__fish_scops_using_subcommand ls" -l no-queues -d 'Do not look into failure queues, which hides their messages for a moment: what failed is not told then'
complete -c scops -n "__fish_scops_using_subcommand ls" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand ls" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand ls" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand ls" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand ls" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand ls" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand cat" -s o -l output -d 'How records are printed' -r -f -a "table\t'Aligned columns of the format\'s main fields'
ndjson\t'One JSON object a record: format, line, span, time, fields, ecs'
raw\t'The records\' own bytes, decompressed'"
complete -c scops -n "__fish_scops_using_subcommand cat" -s f -l format -d 'Read as this format instead of the detected one' -r
complete -c scops -n "__fish_scops_using_subcommand cat" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand cat" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand cat" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand cat" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand cat" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand cat" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand cat" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand cat" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand cat" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand cat" -l report -d 'After the records, tell on standard error what was read: format and why, coverage, errors by reason'
complete -c scops -n "__fish_scops_using_subcommand cat" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand cat" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand cat" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand cat" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand cat" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand cat" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand cat" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand grep" -s o -l output -d 'How records are printed' -r -f -a "table\t'A line a record: object:line, time, message'
ndjson\t'One JSON object a record, as `scops cat` prints it, with its object and the fields that match'
raw\t'The records\' own bytes'"
complete -c scops -n "__fish_scops_using_subcommand grep" -l limit -d 'Stop after so many matches' -r
complete -c scops -n "__fish_scops_using_subcommand grep" -l source -d 'Only records of these sources; of a file, its format is the source' -r
complete -c scops -n "__fish_scops_using_subcommand grep" -l range -d 'Only event times of this range: 6h, "last 3d", "2026-11-23 01:00..02:00"' -r
complete -c scops -n "__fish_scops_using_subcommand grep" -s f -l format -d 'Read as this format instead of the detected one' -r
complete -c scops -n "__fish_scops_using_subcommand grep" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand grep" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand grep" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand grep" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand grep" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand grep" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand grep" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand grep" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand grep" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand grep" -s c -l count -d 'Print only how many records of each object match'
complete -c scops -n "__fish_scops_using_subcommand grep" -s l -l files-with-matches -d 'Print only the names of objects with a match'
complete -c scops -n "__fish_scops_using_subcommand grep" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand grep" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand grep" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand grep" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand grep" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand grep" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand grep" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand get" -l to -d 'The folder that the files go into; it is made where it is not there' -r -F
complete -c scops -n "__fish_scops_using_subcommand get" -l version-id -d 'This version of the object' -r
complete -c scops -n "__fish_scops_using_subcommand get" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand get" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand get" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand get" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand get" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand get" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand get" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand get" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand get" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand get" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand get" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand get" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand get" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand get" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand get" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -f -a "list" -d 'All formats: those compiled in, those shipped as definitions, and one\'s own'
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -f -a "show" -d 'One format: its name, columns and definition'
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -f -a "check" -d 'Check definitions of formats: their keys, their patterns, and that their samples match'
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -f -a "propose" -d 'Propose a definition from sample bytes, as a start to edit'
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -f -a "explain" -d 'Why a file or object is read as it is: codec, framing, winner, runners-up, report'
complete -c scops -n "__fish_scops_using_subcommand formats; and not __fish_seen_subcommand_from list show check propose explain help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -s o -l output -d 'How they are printed' -r -f -a "table\t'For people'
json\t'One JSON document'"
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l name -d 'The name that the format is to have; left out, the file\'s own' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from propose" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l against -d 'Another object of the same log: tell what changed in shape since' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -s o -l output -d 'How it is printed' -r -f -a "table\t'For people'
json\t'One JSON document'"
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from help" -f -a "list" -d 'All formats: those compiled in, those shipped as definitions, and one\'s own'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from help" -f -a "show" -d 'One format: its name, columns and definition'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check definitions of formats: their keys, their patterns, and that their samples match'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from help" -f -a "propose" -d 'Propose a definition from sample bytes, as a start to edit'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Why a file or object is read as it is: codec, framing, winner, runners-up, report'
complete -c scops -n "__fish_scops_using_subcommand formats; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand init" -l bucket -d 'Only this bucket; may be given several times. Left out, every bucket of the account' -r
complete -c scops -n "__fish_scops_using_subcommand init" -l output -d 'The file to write; left out, config.toml in the configuration folder, or what --config names' -r -F
complete -c scops -n "__fish_scops_using_subcommand init" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand init" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand init" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand init" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand init" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand init" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand init" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand init" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand init" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand init" -l force -d 'Replace a file that is there already; its text is kept beside it'
complete -c scops -n "__fish_scops_using_subcommand init" -l dry-run -d 'Print the configuration, and write nothing'
complete -c scops -n "__fish_scops_using_subcommand init" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand init" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand init" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand init" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand init" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand init" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand pipeline" -s o -l output -d 'How it is printed' -r -f -a "table\t'A tree, then what is odd'
json\t'One JSON object: what was found, as AWS tells it, and what is odd; durations in seconds'"
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand pipeline" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand pipeline" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand search" -l range -d 'Only event times of this range: 6h, "last 3d", "2026-11-23 01:00..02:00"; left out, the last 24 hours' -r
complete -c scops -n "__fish_scops_using_subcommand search" -l by -d 'How it is done; left out, the cheapest means that finds all' -r -f -a "index\t'The index, through Athena; what is not in it yet is read as it lies'
raw\t'The sources\' tables in Athena, and the objects of rows that may match'
minerva\t'A minerva database, and the objects around the records that it finds'
scan\t'Every object of the range'"
complete -c scops -n "__fish_scops_using_subcommand search" -l limit -d 'Stop after so many records, the newest first' -r
complete -c scops -n "__fish_scops_using_subcommand search" -s o -l output -d 'How rows are written; left out, as the name after --to tells, else as a table' -r -f -a "table\t'Aligned columns'
json\t'One JSON array of objects'
ndjson\t'One JSON object a line'
csv\t'RFC 4180'
markdown\t'A table of GitHub Flavored Markdown'
parquet\t'Apache Parquet'"
complete -c scops -n "__fish_scops_using_subcommand search" -l to -d 'Into a new file, there once it is whole; where the name is taken, with a number' -r -F
complete -c scops -n "__fish_scops_using_subcommand search" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand search" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand search" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand search" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand search" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand search" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand search" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand search" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand search" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand search" -l over-limit -d 'Search although it is over a limit of the profile'
complete -c scops -n "__fish_scops_using_subcommand search" -l explain -d 'Only tell how it would be done and what that costs'
complete -c scops -n "__fish_scops_using_subcommand search" -l why -d 'Tell why nothing may be found, and what to do about it, instead of searching'
complete -c scops -n "__fish_scops_using_subcommand search" -l probe -d 'For that, ask the index for terms that are nearly the same, and for the value 30 days around the range'
complete -c scops -n "__fish_scops_using_subcommand search" -l overwrite -d 'Replace the file of that name'
complete -c scops -n "__fish_scops_using_subcommand search" -l keep-formulas -d 'In CSV, leave cells as they are that a spreadsheet takes for formulas'
complete -c scops -n "__fish_scops_using_subcommand search" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand search" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand search" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand search" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand search" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand search" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -f -a "compact" -d 'Merge the small files of closed hours into sorted ones of a good size'
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -f -a "verify" -d 'Whether every processed object\'s records are in the index once, and nothing else is'
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -f -a "retention" -d 'How long the bucket keeps the index, and with --put, to have it kept as long as the configuration says'
complete -c scops -n "__fish_scops_using_subcommand index; and not __fish_seen_subcommand_from compact verify retention help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l source -d 'Only `records` of this source; left out, those of all, and `terms`' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l range -d 'Only hours of this range: 6h, 3d, 2026-11-23, or two moments; left out, all' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l older-than -d 'How long an hour is over, and its files are old, before they are merged' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l dry-run -d 'Tell what would be merged, at most; nothing is written'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from compact" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l source -d 'Only this source' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l range -d 'Objects whose keys tell a time in this range; left out, the last 24 hours' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -s o -l output -d 'How what is wrong is printed' -r -f -a "table\t'Aligned columns'
json\t'One JSON object, whole'"
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l days -d 'Days instead of the configuration\'s `retention_days`' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l put -d 'Put the rules; others of the bucket stay as they are'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from retention" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from help" -f -a "compact" -d 'Merge the small files of closed hours into sorted ones of a good size'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Whether every processed object\'s records are in the index once, and nothing else is'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from help" -f -a "retention" -d 'How long the bucket keeps the index, and with --put, to have it kept as long as the configuration says'
complete -c scops -n "__fish_scops_using_subcommand index; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand query" -l saved -d 'The query that is kept under this name: `queries/NAME.sql` in the configuration folder' -r
complete -c scops -n "__fish_scops_using_subcommand query" -l result -d 'The rows of a statement that ran before; nothing runs again' -r
complete -c scops -n "__fish_scops_using_subcommand query" -l ddl -d 'The statement that makes a table over a source\'s objects; nothing runs' -r
complete -c scops -n "__fish_scops_using_subcommand query" -l param -d 'The value of a parameter, `:name` or the number of a `?`: a text, unless it is written as another literal' -r
complete -c scops -n "__fish_scops_using_subcommand query" -l workgroup -d 'Run in this workgroup, not in the profile\'s' -r
complete -c scops -n "__fish_scops_using_subcommand query" -l database -d 'Look for tables in this database, not in the profile\'s' -r
complete -c scops -n "__fish_scops_using_subcommand query" -l reuse -d 'Let Athena give a result of the same statement that is not older than so many minutes' -r
complete -c scops -n "__fish_scops_using_subcommand query" -s o -l output -d 'How rows are written; left out, as the name after --to tells, else as a table' -r -f -a "table\t'Aligned columns'
json\t'One JSON array of objects'
ndjson\t'One JSON object a line'
csv\t'RFC 4180'
markdown\t'A table of GitHub Flavored Markdown'
parquet\t'Apache Parquet'"
complete -c scops -n "__fish_scops_using_subcommand query" -l to -d 'Into a new file, there once it is whole; where the name is taken, with a number' -r -F
complete -c scops -n "__fish_scops_using_subcommand query" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand query" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand query" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand query" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand query" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand query" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand query" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand query" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand query" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand query" -l history -d 'The statements that were run from here, newest first'
complete -c scops -n "__fish_scops_using_subcommand query" -l stop-orphans -d 'Stop what an earlier run left running, and ask nothing'
complete -c scops -n "__fish_scops_using_subcommand query" -l write -d 'Run a statement that changes what is stored'
complete -c scops -n "__fish_scops_using_subcommand query" -l overwrite -d 'Replace the file of that name'
complete -c scops -n "__fish_scops_using_subcommand query" -l keep-formulas -d 'In CSV, leave cells as they are that a spreadsheet takes for formulas'
complete -c scops -n "__fish_scops_using_subcommand query" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand query" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand query" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand query" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand query" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand query" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand query" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l source -d 'Only objects of this source' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l range -d 'Only objects whose keys tell a time in this range (else, what failed in it): 6h, 3d, 2026-11-23, or two moments' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -s o -l output -d 'How they are printed; NDJSON lines may be given to `scops replay --from`' -r -f -a "table\t'Aligned columns'
json\t'One JSON array'
ndjson\t'One JSON object a line'"
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l reconcile -d 'Compare listing, receipts and index of the range (left out, the last 24 hours) as well: never processed, not searchable, searchable twice. Runs a query of the index for each source'
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -f -a "save" -d 'Save every message of the failure and parked queues to a file; nothing is deleted. The file may be given to `scops replay --from`, also when the queues hold the messages no longer'
complete -c scops -n "__fish_scops_using_subcommand failures; and not __fish_seen_subcommand_from save help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l case -d 'The case that they are saved into, a new one where there is none of this name; left out, one named after the moment' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from save" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from help" -f -a "save" -d 'Save every message of the failure and parked queues to a file; nothing is deleted. The file may be given to `scops replay --from`, also when the queues hold the messages no longer'
complete -c scops -n "__fish_scops_using_subcommand failures; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand parked" -l source -d 'Only objects of this source' -r
complete -c scops -n "__fish_scops_using_subcommand parked" -l range -d 'Only objects whose keys tell a time in this range: 6h, 3d, 2026-11-23, or two moments' -r
complete -c scops -n "__fish_scops_using_subcommand parked" -s o -l output -d 'How they are printed; NDJSON lines may be given to `scops replay --from`' -r -f -a "table\t'Aligned columns'
json\t'One JSON array'
ndjson\t'One JSON object a line'"
complete -c scops -n "__fish_scops_using_subcommand parked" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand parked" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand parked" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand parked" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand parked" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand parked" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand parked" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand parked" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand parked" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand parked" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand parked" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand parked" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand parked" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand parked" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand parked" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand parked" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l from -d 'The objects: lines of s3:// URIs, NDJSON with an "object" or "uri" field, or messages that `scops failures save` wrote; - is standard input' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l consumer -d 'The consumer to replay to; needed where the profile has several' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l rate -d 'Messages a second at most; left out, as the profile says' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l confirm -d 'Send without asking: the hash of the plan that a dry run printed' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l confirm-name -d 'The profile\'s name, where its configuration wants it confirmed' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l case -d 'Note in this case what became of each object' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -s o -l output -d 'How the plan is printed' -r -f -a "text\t'For people'
json\t'One JSON object, with the exact messages'"
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l dry-run -d 'Say what would be done, and send nothing'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l only-passing -d 'Leave out what would fail again'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l detach -d 'Send in a process of its own, which goes on when this terminal goes away'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -f -a "resume" -d 'Go on with a replay that stood still: what it never began to send'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -f -a "move" -d 'Have SQS move a consumer\'s whole failure queue back, without a choice of objects'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -f -a "manifest" -d 'Write a job of S3 Batch Operations instead, for millions of objects'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -f -a "list" -d 'The replays that the journal remembers, newest first'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -f -a "show" -d 'One replay and what became of each of its objects'
complete -c scops -n "__fish_scops_using_subcommand replay; and not __fish_seen_subcommand_from resume move manifest list show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l confirm -d 'Send without asking: the hash of the plan that a dry run printed' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l confirm-name -d 'The profile\'s name, where its configuration wants it confirmed' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l case -d 'Note in this case what became of each object' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -s o -l output -d 'How the plan is printed' -r -f -a "text\t'For people'
json\t'One JSON object, with the exact messages'"
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l dry-run -d 'Say what would be done, and send nothing'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l only-passing -d 'Leave out what would fail again'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l detach -d 'Send in a process of its own, which goes on when this terminal goes away'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l consumer -d 'The consumer whose failure queue is moved; needed where the profile has several' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l rate -d 'Messages a second at most' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l confirm -d 'Start what a run without this printed, by its hash' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l cancel -d 'Stop the task that runs'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l from -d 'The objects: lines of s3:// URIs, or NDJSON with an "object" or "uri" field; - is standard input' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l to -d 'Where the manifest is put, and the job\'s report' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l function -d 'The function that the job calls for each object, by ARN' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l role -d 'The role that the job acts in, by ARN' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from manifest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -s o -l output -d 'How they are printed' -r -f -a "table\t'Aligned columns'
ndjson\t'One JSON object a line'"
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -s o -l output -d 'How it is printed; NDJSON lines of objects may be given to `scops replay --from`' -r -f -a "table\t'Aligned columns'
ndjson\t'One JSON object a line'"
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l state -d 'Only objects in this state: recovered, failed-again, unconfirmed, sent, unknown, refused, waiting' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Go on with a replay that stood still: what it never began to send'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from help" -f -a "move" -d 'Have SQS move a consumer\'s whole failure queue back, without a choice of objects'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from help" -f -a "manifest" -d 'Write a job of S3 Batch Operations instead, for millions of objects'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from help" -f -a "list" -d 'The replays that the journal remembers, newest first'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from help" -f -a "show" -d 'One replay and what became of each of its objects'
complete -c scops -n "__fish_scops_using_subcommand replay; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -f -a "show" -d 'Print what was done, oldest first'
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -f -a "verify" -d 'Check that nothing was changed, left out or put in; exit code 1 where something was'
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -f -a "export" -d 'Write all entries to a file or into S3, where nothing is overwritten'
complete -c scops -n "__fish_scops_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -s o -l output -d 'How it is printed' -r -f -a "table\t'Aligned columns'
ndjson\t'The log\'s own lines, one JSON object each'"
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l since -d 'Only what happened since: 24h, 2026-11-23T02:00:00Z' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l to -d 'A file, - for standard output, or s3://bucket/prefix/; left out, what the profile\'s `audit` does not hold yet goes there' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print what was done, oldest first'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check that nothing was changed, left out or put in; exit code 1 where something was'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write all entries to a file or into S3, where nothing is overwritten'
complete -c scops -n "__fish_scops_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -f -a "list" -d 'Print the cases that there are'
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -f -a "show" -d 'Print a case, note by note'
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -f -a "note" -d 'Note a text in a case, a new one where there is none of this name'
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -f -a "export" -d 'Write a case for others into a new folder: Markdown, a page, and a bundle that `scops case open` takes'
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -f -a "open" -d 'Open a case: in the console where there is one to show it in, else as text'
complete -c scops -n "__fish_scops_using_subcommand case; and not __fish_seen_subcommand_from list show note export open help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -s o -l output -d 'How it is printed' -r -f -a "text\t'For people'
markdown\t'As it is exported'
json\t'The bundle'"
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from note" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l to -d 'Where the folder is made' -r -F
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l text -d 'Print it in any case'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from open" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from help" -f -a "list" -d 'Print the cases that there are'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print a case, note by note'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from help" -f -a "note" -d 'Note a text in a case, a new one where there is none of this name'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write a case for others into a new folder: Markdown, a page, and a bundle that `scops case open` takes'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from help" -f -a "open" -d 'Open a case: in the console where there is one to show it in, else as text'
complete -c scops -n "__fish_scops_using_subcommand case; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand worker" -l consumer -d 'The consumer of the profile to be; needed where it has several' -r
complete -c scops -n "__fish_scops_using_subcommand worker" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand worker" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand worker" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand worker" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand worker" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand worker" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand worker" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand worker" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand worker" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand worker" -l no-compact -d 'Leave the small files of the index to `scops index compact`'
complete -c scops -n "__fish_scops_using_subcommand worker" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand worker" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand worker" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand worker" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand worker" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand worker" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand worker" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand doctor" -s o -l output -d 'How it is printed (docs/schema/doctor.json)' -r -f -a "table\t'A line for each, its cure below it'
json\t'One JSON object'"
complete -c scops -n "__fish_scops_using_subcommand doctor" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand doctor" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand doctor" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand doctor" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand doctor" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand doctor" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand doctor" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand doctor" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand doctor" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand doctor" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand doctor" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand doctor" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand doctor" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand doctor" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand doctor" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l source -d 'Only what these sources need, and what consumers and the index do' -r
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand iam-policy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -f -a "check" -d 'Tell what is wrong with the file, with place, cause and cure'
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -f -a "show" -d 'The configuration in force, secrets hidden'
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -f -a "schema" -d 'The JSON Schema of config.toml, for editors'
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -f -a "template" -d 'A configuration with every key and what it means, to start from'
complete -c scops -n "__fish_scops_using_subcommand config; and not __fish_seen_subcommand_from check show schema template help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l origin -d 'Each value with what says it: the file\'s line, a variable, a flag, or the default'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from template" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "check" -d 'Tell what is wrong with the file, with place, cause and cure'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'The configuration in force, secrets hidden'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "schema" -d 'The JSON Schema of config.toml, for editors'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "template" -d 'A configuration with every key and what it means, to start from'
complete -c scops -n "__fish_scops_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand info" -s o -l output -d 'How it is printed' -r -f -a "text\t'For people'
json\t'One JSON object'"
complete -c scops -n "__fish_scops_using_subcommand info" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand info" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand info" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand info" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand info" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand info" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand info" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand info" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand info" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand info" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand info" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand info" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand info" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand info" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand info" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -f -a "list" -d 'What every key does, with your own keymap.toml and --keymap'
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -f -a "check" -d 'Check keymap files: their keys, commands and conflicts'
complete -c scops -n "__fish_scops_using_subcommand keymap; and not __fish_seen_subcommand_from list check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -s o -l output -d 'How it is printed' -r -f -a "table\t'For people'
json\t'One JSON document'"
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from help" -f -a "list" -d 'What every key does, with your own keymap.toml and --keymap'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check keymap files: their keys, commands and conflicts'
complete -c scops -n "__fish_scops_using_subcommand keymap; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -f -a "list" -d 'The themes that ship with scops, and your own'
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -f -a "check" -d 'Check theme files: their roles and colours, and whether every text can be read on its background'
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -f -a "preview" -d 'Show every role in a theme, as this terminal shows it'
complete -c scops -n "__fish_scops_using_subcommand theme; and not __fish_seen_subcommand_from list check preview help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from preview" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from help" -f -a "list" -d 'The themes that ship with scops, and your own'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check theme files: their roles and colours, and whether every text can be read on its background'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from help" -f -a "preview" -d 'Show every role in a theme, as this terminal shows it'
complete -c scops -n "__fish_scops_using_subcommand theme; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand completions" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand completions" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand completions" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand completions" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand completions" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand completions" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand completions" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand completions" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand completions" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand completions" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand completions" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand completions" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand completions" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand completions" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand completions" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand man" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand man" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand man" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand man" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand man" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand man" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand man" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand man" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand man" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand man" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand man" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand man" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand man" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand man" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand man" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand lab" -l dir -d 'The folder that holds everything; made where it does not exist' -r -F
complete -c scops -n "__fish_scops_using_subcommand lab" -l listen -d 'The loopback address to listen on; port 0 takes the one of the last run, or a free one' -r
complete -c scops -n "__fish_scops_using_subcommand lab" -l profile -d 'The profile of config.toml [env: SCOPS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand lab" -l config -d 'The configuration file [env: SCOPS_CONFIG]' -r -F
complete -c scops -n "__fish_scops_using_subcommand lab" -l region -d 'The region' -r
complete -c scops -n "__fish_scops_using_subcommand lab" -l endpoint-url -d 'One endpoint for every service' -r
complete -c scops -n "__fish_scops_using_subcommand lab" -l theme -d 'The console\'s theme: one of `scops theme list`, or a file' -r
complete -c scops -n "__fish_scops_using_subcommand lab" -l keymap -d 'The console\'s keymap: default, vim, emacs, or a file laid over one of them' -r
complete -c scops -n "__fish_scops_using_subcommand lab" -l aws-profile -d 'The profile of AWS\'s own configuration files, over the one that config.toml names [env: AWS_PROFILE]' -r
complete -c scops -n "__fish_scops_using_subcommand lab" -l request-payer -d 'Say that you pay for the requests, for buckets whose owner wants that' -r -f -a "requester\t'Whoever asks'"
complete -c scops -n "__fish_scops_using_subcommand lab" -l ca-bundle -d 'Trust these certificates (PEM) instead of the system\'s [env: AWS_CA_BUNDLE]' -r -F
complete -c scops -n "__fish_scops_using_subcommand lab" -l read-only -d 'Refuse whatever would send or change something'
complete -c scops -n "__fish_scops_using_subcommand lab" -l no-mouse -d 'Leave the mouse to the terminal [env: SCOPS_MOUSE=off]'
complete -c scops -n "__fish_scops_using_subcommand lab" -l no-sign-request -d 'Send requests without a signature: for public buckets'
complete -c scops -n "__fish_scops_using_subcommand lab" -l path-style -d 'Put the bucket into the path of URLs, not into the host\'s name; an endpoint implies it'
complete -c scops -n "__fish_scops_using_subcommand lab" -l use-fips -d 'Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand lab" -l use-dualstack -d 'Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]'
complete -c scops -n "__fish_scops_using_subcommand lab" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "demo" -d 'The whole story on a generated night of logs, with the embedded platform'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "open" -d 'A folder of log files as a bucket to investigate; nothing in it is modified'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "sources" -d 'What each source has: objects, lag, gaps, what failed'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "timeline" -d 'The objects of a source over time'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "ls" -d 'The objects of a source, or what lies at a place in S3'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "cat" -d 'Print any file or object, parsed'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "grep" -d 'The records that a search finds in files and objects as they lie'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "get" -d 'Fetch objects into files: streamed, whole or not at all, nothing overwritten'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "formats" -d 'What can be parsed, why an object is read as it is, and formats of one\'s own'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "init" -d 'Write a configuration from what the account already knows'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "pipeline" -d 'What stands behind the buckets, how much waits where, and what is odd'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "search" -d 'Search all sources for an expression, by the index or by the objects themselves'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "index" -d 'Keep the search index good: merge its small files, verify it, bound its age'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "query" -d 'Run SQL through Athena and print the rows'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "failures" -d 'What failed, wherever that shows: queues, records, destinations, and where listing and index do not agree'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "parked" -d 'What waits for a parser'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "replay" -d 'Send the events of objects again'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "audit" -d 'Who sent what, when and from where, and whether that can be trusted'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "case" -d 'Case notes: list, show, add to, export, and open what others have exported'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "worker" -d 'Process object events: parse, index, prove'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "doctor" -d 'What is wrong, and its cure: credentials, rights, regions, clock, terminal, folders'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "iam-policy" -d 'The least IAM policy that the configuration needs'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "config" -d 'What the configuration says, and what is wrong with it'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "info" -d 'Where files lie, and what the environment sets'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "keymap" -d 'What every key of the console does, and keymaps of one\'s own'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "theme" -d 'The console\'s themes, and those of one\'s own'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "completions" -d 'Print what makes a shell complete the arguments of scops'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "man" -d 'Write the man pages of scops and its commands'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "lab" -d 'Run the embedded platform alone'
complete -c scops -n "__fish_scops_using_subcommand help; and not __fish_seen_subcommand_from demo open sources timeline ls cat grep get formats init pipeline search index query failures parked replay audit case worker doctor iam-policy config info keymap theme completions man lab help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from formats" -f -a "list" -d 'All formats: those compiled in, those shipped as definitions, and one\'s own'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from formats" -f -a "show" -d 'One format: its name, columns and definition'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from formats" -f -a "check" -d 'Check definitions of formats: their keys, their patterns, and that their samples match'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from formats" -f -a "propose" -d 'Propose a definition from sample bytes, as a start to edit'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from formats" -f -a "explain" -d 'Why a file or object is read as it is: codec, framing, winner, runners-up, report'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from index" -f -a "compact" -d 'Merge the small files of closed hours into sorted ones of a good size'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from index" -f -a "verify" -d 'Whether every processed object\'s records are in the index once, and nothing else is'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from index" -f -a "retention" -d 'How long the bucket keeps the index, and with --put, to have it kept as long as the configuration says'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from failures" -f -a "save" -d 'Save every message of the failure and parked queues to a file; nothing is deleted. The file may be given to `scops replay --from`, also when the queues hold the messages no longer'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from replay" -f -a "resume" -d 'Go on with a replay that stood still: what it never began to send'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from replay" -f -a "move" -d 'Have SQS move a consumer\'s whole failure queue back, without a choice of objects'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from replay" -f -a "manifest" -d 'Write a job of S3 Batch Operations instead, for millions of objects'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from replay" -f -a "list" -d 'The replays that the journal remembers, newest first'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from replay" -f -a "show" -d 'One replay and what became of each of its objects'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "show" -d 'Print what was done, oldest first'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "verify" -d 'Check that nothing was changed, left out or put in; exit code 1 where something was'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "export" -d 'Write all entries to a file or into S3, where nothing is overwritten'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from case" -f -a "list" -d 'Print the cases that there are'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from case" -f -a "show" -d 'Print a case, note by note'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from case" -f -a "note" -d 'Note a text in a case, a new one where there is none of this name'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from case" -f -a "export" -d 'Write a case for others into a new folder: Markdown, a page, and a bundle that `scops case open` takes'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from case" -f -a "open" -d 'Open a case: in the console where there is one to show it in, else as text'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Tell what is wrong with the file, with place, cause and cure'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'The configuration in force, secrets hidden'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "schema" -d 'The JSON Schema of config.toml, for editors'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "template" -d 'A configuration with every key and what it means, to start from'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from keymap" -f -a "list" -d 'What every key does, with your own keymap.toml and --keymap'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from keymap" -f -a "check" -d 'Check keymap files: their keys, commands and conflicts'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from theme" -f -a "list" -d 'The themes that ship with scops, and your own'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from theme" -f -a "check" -d 'Check theme files: their roles and colours, and whether every text can be read on its background'
complete -c scops -n "__fish_scops_using_subcommand help; and __fish_seen_subcommand_from theme" -f -a "preview" -d 'Show every role in a theme, as this terminal shows it'
