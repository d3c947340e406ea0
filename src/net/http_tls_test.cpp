// Certificates: whom the client trusts, how it shows who it is, and that connections which were
// made under other terms are not shared.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/testing/http_client_fixture.h"

namespace swiftgrid::net {
namespace {

namespace fs = std::filesystem;

// Python's own TLS, with certificates made for this process.
class TlsServer {
public:
    TlsServer() {
        std::string pattern = (fs::temp_directory_path() / "swiftgrid-tls-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        int to[2];
        int from[2];
        SG_ASSERT(::pipe2(to, O_CLOEXEC) == 0 && ::pipe2(from, O_CLOEXEC) == 0, "no pipes");
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(to[0], 0);
            ::dup2(from[1], 1);
            ::execl("/usr/bin/python3", "python3", SWIFTGRID_TLS_SERVER, folder_.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(to[0]);
        ::close(from[1]);
        input_ = to[1];
        std::FILE* output = ::fdopen(from[0], "r");
        EXPECT_EQ(std::fscanf(output, "%d %d", &port_, &strict_port_), 2);
        std::fclose(output);
    }
    ~TlsServer() {
        ::close(input_);
        ::waitpid(child_, nullptr, 0);
        fs::remove_all(folder_);
    }
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    std::string url(std::string_view host = "localhost") const {
        return fmt::format("https://{}:{}/", host, port_);
    }
    // Wants to see a certificate.
    std::string strict_url() const { return fmt::format("https://localhost:{}/", strict_port_); }

    std::string pem(const std::string& name) const {
        std::ifstream file(folder_ / name);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }

private:
    fs::path folder_;
    pid_t child_ = -1;
    int input_ = -1;
    int port_ = 0;
    int strict_port_ = 0;
};

class HttpTls : public testing::HttpClientTest {
protected:
    static void SetUpTestSuite() { server_ = new TlsServer(); }
    static void TearDownTestSuite() { delete server_; }

    HttpTls() {
        allowed_ = {"localhost"};
        trusting_.authorities = server_->pem("ca.pem");
    }

    // The body, or the kind of the error.
    std::string get(const std::string& url, TlsSettings tls = {}) {
        HttpRequest request{.url = url};
        request.tls = std::move(tls);
        const HttpResult result = fetch(std::move(request));
        if (!result) last_error_ = result.error().message;
        return result ? result->body : std::string(to_string(result.error().kind));
    }

    static inline TlsServer* server_ = nullptr;
    TlsSettings trusting_;
    std::string last_error_;
};

TEST_F(HttpTls, TrustsAnAuthorityOnlyForTheRequestThatNamesIt) {
    EXPECT_EQ(get(server_->url()), "tls_error");
    EXPECT_EQ(get(server_->url(), trusting_), "nobody");
    EXPECT_EQ(get(server_->url()), "tls_error") << "took the open connection";
}

TEST_F(HttpTls, ChecksTheNameOfTheServer) {
    EXPECT_EQ(get(server_->url("127.0.0.1"), trusting_), "tls_error");
    EXPECT_NE(last_error_.find("127.0.0.1"), std::string::npos) << last_error_;
}

TEST_F(HttpTls, SkipsTheCheckOnlyWhereTheOperatorAllowsIt) {
    EXPECT_EQ(get(server_->url(), {.verify = false}), "insecure_tls_refused");
    EXPECT_NE(last_error_.find("--allow-insecure-tls"), std::string::npos) << last_error_;
}

TEST_F(HttpTls, LendsNoUncheckedConnectionToRequestsThatCheck) {
    options_.insecure_tls_allowed = true;
    EXPECT_EQ(get(server_->url(), {.verify = false}), "nobody");
    EXPECT_EQ(get(server_->url()), "tls_error");
    EXPECT_EQ(get(server_->url("127.0.0.1"), {.verify = false}), "nobody");
}

TEST_F(HttpTls, ShowsACertificateOnlyForTheRequestThatHasOne) {
    EXPECT_NE(get(server_->strict_url(), trusting_), "nobody");
    TlsSettings known = trusting_;
    known.certificate = server_->pem("client.pem");
    known.key = server_->pem("client.key");
    EXPECT_EQ(get(server_->strict_url(), known), "a client");
    EXPECT_NE(get(server_->strict_url(), trusting_), "a client") << "took the open connection";
    known.certificate += known.key;
    known.key.clear();
    EXPECT_EQ(get(server_->strict_url(), known), "a client") << "both in one text";
}

TEST_F(HttpTls, OpensALockedKey) {
    TlsSettings known = trusting_;
    known.certificate = server_->pem("client.pem");
    known.key = server_->pem("locked.key");
    known.key_password = "open sesame";
    EXPECT_EQ(get(server_->strict_url(), known), "a client");
    known.key_password = "wrong";
    EXPECT_EQ(get(server_->strict_url(), known), "tls_error");
    EXPECT_NE(last_error_.find("password"), std::string::npos) << last_error_;
}

TEST_F(HttpTls, SaysWhichTextIsNoPem) {
    EXPECT_EQ(get(server_->url(), {.authorities = "nonsense"}), "tls_error");
    EXPECT_NE(last_error_.find("authorities"), std::string::npos) << last_error_;
    TlsSettings broken = trusting_;
    broken.certificate = "nonsense";
    EXPECT_EQ(get(server_->url(), broken), "tls_error");
    EXPECT_NE(last_error_.find("certificate"), std::string::npos) << last_error_;
}

}  // namespace
}  // namespace swiftgrid::net
