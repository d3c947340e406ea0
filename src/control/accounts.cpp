#include "control/accounts.h"

namespace swiftgrid::control {

Result<std::unique_ptr<Accounts>> Accounts::open(Parts parts, const std::string& server_token) {
    auto book = AccountBook::open(parts.store, server_token_id(server_token), parts.clock.now());
    if (!book) return std::unexpected(book.error());
    return std::unique_ptr<Accounts>(new Accounts(parts, std::move(*book), server_token));
}

Accounts::Accounts(Parts parts, std::unique_ptr<AccountBook> book, const std::string& server_token)
    : book_(std::move(book)),
      access_(server_token, *book_),
      sessions_({*book_, parts.clock, parts.ids, server_token_id(server_token)}),
      users_({*book_, sessions_, parts.clock, parts.ids}),
      tokens_({*book_, parts.clock, parts.ids}) {}

}  // namespace swiftgrid::control
