# The one place that knows how ./dev run starts the server.

serve() {
    say "==> SwiftGrid comes up at http://127.0.0.1:8080 (stop it with Ctrl-C)"
    exec "$(server_binary)" serve --listen 127.0.0.1:8080 --data-dir ./data \
        --import-examples examples "$@"
}
