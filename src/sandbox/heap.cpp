#include "sandbox/heap.h"

#include <cstdlib>

#include <malloc.h>

namespace swiftgrid::sandbox {
namespace {

// What malloc itself keeps with a block.
constexpr std::size_t block_overhead = 8;

Heap& heap_of(JSMallocState* state) { return *static_cast<Heap*>(state->opaque); }

// The engine reads malloc_size to decide when to collect.
void account(JSMallocState* state, std::size_t bytes) {
    heap_of(state).used_bytes += bytes;
    state->malloc_size += bytes;
}

void unaccount(JSMallocState* state, std::size_t bytes) {
    heap_of(state).used_bytes -= bytes;
    state->malloc_size -= bytes;
}

bool is_refused(JSMallocState* state, std::size_t more_bytes) {
    Heap& heap = heap_of(state);
    const bool refused =
        heap.used_bytes > heap.limit_bytes || more_bytes > heap.limit_bytes - heap.used_bytes;
    if (refused) heap.refused = true;
    return refused;
}

void* heap_malloc(JSMallocState* state, std::size_t size) {
    if (is_refused(state, size)) return nullptr;
    void* block = std::malloc(size);
    if (block == nullptr) {
        heap_of(state).refused = true;
        return nullptr;
    }
    ++state->malloc_count;
    account(state, ::malloc_usable_size(block) + block_overhead);
    return block;
}

void heap_free(JSMallocState* state, void* block) {
    if (block == nullptr) return;
    --state->malloc_count;
    unaccount(state, ::malloc_usable_size(block) + block_overhead);
    std::free(block);
}

void* heap_realloc(JSMallocState* state, void* block, std::size_t size) {
    if (block == nullptr) return size == 0 ? nullptr : heap_malloc(state, size);
    if (size == 0) {
        heap_free(state, block);
        return nullptr;
    }
    const std::size_t old_size = ::malloc_usable_size(block);
    if (size > old_size && is_refused(state, size - old_size)) return nullptr;
    void* moved = std::realloc(block, size);
    if (moved == nullptr) {
        heap_of(state).refused = true;
        return nullptr;
    }
    unaccount(state, old_size);
    account(state, ::malloc_usable_size(moved));
    return moved;
}

std::size_t heap_usable_size(const void* block) {
    return ::malloc_usable_size(const_cast<void*>(block));
}

}  // namespace

const JSMallocFunctions& heap_functions() {
    static constexpr JSMallocFunctions functions{heap_malloc, heap_free, heap_realloc,
                                                 heap_usable_size};
    return functions;
}

}  // namespace swiftgrid::sandbox
