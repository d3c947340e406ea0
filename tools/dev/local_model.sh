# A real language model for the tests: llama.cpp as npm brings it (85 MB), and a tiny model of our
# own making (tests/local_model). Not part of the set-up, because nothing else needs it.

local_model=build/local-model

local_model_packages() {
    mkdir -p "$local_model"
    cp tests/local_model/package.json tests/local_model/package-lock.json "$local_model"
    (cd "$local_model" &&
        npm ci --omit=optional --ignore-scripts --prefer-offline --no-audit --no-fund)
}

install_local_model() {
    local hash
    hash=$(hash_of tests/local_model/package.json tests/local_model/package-lock.json)
    stamp_is local-model "$hash" && [[ -d $local_model/node_modules ]] && return 0
    step "Install the local model's engine" \
        "Check the network and npm's registry setting, then run ./dev local-model again." \
        local_model_packages
    stamp_set local-model "$hash"
}

ask_local_model() {
    timeout 120 node tests/local_model/ask.mjs "$(server_binary)" "$PWD/$local_model"
}
