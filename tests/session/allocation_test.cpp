// A request in steady state costs no heap allocation on the worker's thread. Only where Asio recycles
// coroutine frames, and where the allocator is the C library's own, which this file counts the calls of.
#include <gtest/gtest.h>

#if defined(BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING) || defined(__SANITIZE_ADDRESS__) || \
    defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__) || !defined(__GLIBC__)

TEST(Allocations, AreNotCountedInThisBuild) {
  GTEST_SKIP();
}

#else

#include <execinfo.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstdlib>
#include <future>
#include <new>
#include <thread>

#include "proxy/socket_address.h"
#include "proxy/worker.h"
#include "tests/session/revision.h"

namespace {

// Of the thread that counts.
thread_local bool counting = false;
thread_local unsigned allocations = 0;
thread_local std::array<void*, 24> first_caller;
thread_local int first_depth = 0;

void note_allocation() noexcept {
  if (!counting) return;
  counting = false;  // backtrace() may allocate
  if (allocations++ == 0) first_depth = ::backtrace(first_caller.data(), first_caller.size());
  counting = true;
}

}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  note_allocation();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  note_allocation();
  return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
  note_allocation();
  return __libc_realloc(block, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  note_allocation();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  note_allocation();
  *block = __libc_memalign(alignment, size);
  return *block ? 0 : ENOMEM;
}
}

namespace sluice::session {
namespace {

constexpr int warm_up = 200;
constexpr int requests = 1'000;

// Answers each message that it gets, one receive a message, with the same bytes.
class Responder {
 public:
  explicit Responder(std::string response) : response_(std::move(response)) {
    auto address = SocketAddress::make("127.0.0.1", 0);
    ::bind(listening_, address->raw(), address->size);
    ::listen(listening_, 4);
    thread_ = std::thread([this] { run(); });
  }
  ~Responder() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }
  [[nodiscard]] std::uint16_t port() const { return SocketAddress::local_of(listening_).port(); }

 private:
  void run() {
    for (int fd; (fd = ::accept(listening_, nullptr, nullptr)) >= 0; ::close(fd)) {
      std::array<char, 4096> request;
      while (::recv(fd, request.data(), request.size(), 0) > 0)
        ::send(fd, response_.data(), response_.size(), MSG_NOSIGNAL);
    }
  }

  int listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string response_;
  std::thread thread_;
};

// A connected client, that blocks.
class Client {
 public:
  explicit Client(std::uint16_t port) {
    auto address = SocketAddress::make("127.0.0.1", port);
    connected_ = ::connect(fd_, address->raw(), address->size) == 0;
  }
  ~Client() { ::close(fd_); }

  // Sends and receives until the answer ends as it should; false if it does not.
  bool ask(const std::string& request, std::string_view end_of_answer) {
    if (!connected_ || ::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) < 0) return false;
    std::string answer;
    std::array<char, 4096> block;
    while (!answer.ends_with(end_of_answer)) {
      const auto n = ::recv(fd_, block.data(), block.size(), 0);
      if (n <= 0) return false;
      answer.append(block.data(), static_cast<std::size_t>(n));
    }
    return answer.starts_with("HTTP/1.1 200 ");
  }

 private:
  int fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool connected_ = false;
};

template <class Function>
void on_worker(Worker& worker, Function function) {
  std::promise<void> done;
  asio::post(worker.io(), [&] {
    function();
    done.set_value();
  });
  done.get_future().wait();
}

struct Kind {
  const char* name;
  std::string request;
  std::string response;
  std::string end;
};

void PrintTo(const Kind& kind, std::ostream* to) {
  *to << kind.name;
}

const Kind kinds[] = {
    {"Get", "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n",
     "HTTP/1.1 200 OK\r\nServer: test\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
     "hello"},
    {"PostWithHead", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"},
    {"GetChunked", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "0\r\n\r\n"},
};

TEST(AllocationCount, SeesEveryWayToAllocate) {
  allocations = 0;
  counting = true;
  std::free(std::malloc(100));
  std::free(std::aligned_alloc(64, 128));
  ::operator delete(::operator new(100));
  counting = false;
  EXPECT_EQ(allocations, 3U);
}

class Allocations : public testing::TestWithParam<Kind> {};

TEST_P(Allocations, NoneForARequestInSteadyState) {
  const auto& kind = GetParam();
  Responder responder(kind.response);
  SlotTable slots;
  Outcomes outcomes;
  Worker worker(0, outcomes.add_shard(), nullptr);
  const auto published = make_revision(slots, {.target_port = responder.port()});
  worker.start();
  worker.publish(published);
  unsigned counted = 0;
  std::array<void*, 24> caller{};
  int depth = 0;
  {
    Client client(published->listeners[0].sockets->port());
    bool served = true;
    for (int i = 0; i < warm_up; ++i) served = served && client.ask(kind.request, kind.end);
    on_worker(worker, [] {
      allocations = 0;
      counting = true;
    });
    for (int i = 0; i < requests; ++i) served = served && client.ask(kind.request, kind.end);
    on_worker(worker, [&] {
      counting = false;
      counted = allocations;
      caller = first_caller;
      depth = first_depth;
    });
    EXPECT_TRUE(served);
  }
  worker.enter(Phase::draining);
  worker.join();
  EXPECT_EQ(counted, 0U) << "for " << requests << " requests";
  if (counted != 0) ::backtrace_symbols_fd(caller.data(), depth, STDERR_FILENO);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Allocations, testing::ValuesIn(kinds),
                         [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace sluice::session

#endif
