// Why a connection to a target was not made: the target's fault, or our own shortage.
#include "proxy/upstream_connector.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tls_test_peers.h"

namespace sluice {
namespace {

// No descriptor is free while it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest_free = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(lowest_free);
    const rlimit limit{static_cast<rlim_t>(lowest_free), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

struct UpstreamConnectorTest : testing::Test {
  tls_test::Loop loop;
  Target target;
  TargetGroup group;

  UpstreamConnectorTest() {
    target.ip = "127.0.0.1";
    target.port = 1;  // nobody listens
  }
  static Awaitable<> connect(UpstreamConnectorTest* self, ErrorCode* error) {
    auto stream = co_await connect_upstream(self->loop.io, self->loop.wheel, self->target, self->group, nullptr,
                                            std::string());
    *error = stream ? ErrorCode::none : stream.error();
  }
  ErrorCode outcome() {
    auto error = ErrorCode::none;
    loop.begin(connect(this, &error));
    loop.finish();
    return error;
  }
};

TEST_F(UpstreamConnectorTest, NobodyListens_IsTheTargetsFault) {
  EXPECT_EQ(outcome(), ErrorCode::upstream_connect_failed);
}

TEST_F(UpstreamConnectorTest, NoDescriptorIsFree_IsOurShortage) {
  const NoDescriptors none;
  EXPECT_EQ(outcome(), ErrorCode::no_socket);
}

}  // namespace
}  // namespace sluice
