// The floor for health checks: what connect, send, receive and close cost by themselves. Two halves of one
// program (bench/load/health_checks.py runs both):
//   bare_checks respond PORT N       N targets on 127.1.x.y:PORT that answer 200 and close, until killed
//   bare_checks ask PORT N BATCH S   asks each of them once a second for S seconds, BATCH at a time, evenly
//                                    spread; prints the CPU nanoseconds and the checks
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

constexpr std::string_view request =
    "GET /healthz HTTP/1.1\r\nHost: 127.1.0.1:80\r\nConnection: close\r\nUser-Agent: bare\r\n\r\n";
constexpr std::string_view answer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

sockaddr_in address_of(std::uint32_t target, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(0x7F010000u + (target / 250 << 8) + target % 250 + 1);
  return address;
}

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

int listen_on(sockaddr_in address) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("bind");
  if (::listen(fd, 16) != 0) die("listen");
  return fd;
}

enum class Kind : std::uint32_t { connection, listener };

void watch(int epoll, int fd, Kind kind) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = std::uint64_t{static_cast<std::uint32_t>(kind)} << 32 | static_cast<std::uint32_t>(fd);
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
}

[[noreturn]] void respond(std::uint16_t port, std::uint32_t targets) {
  const int epoll = ::epoll_create1(0);
  for (std::uint32_t target = 0; target < targets; ++target)
    watch(epoll, listen_on(address_of(target, port)), Kind::listener);
  std::puts("ready");
  std::fflush(stdout);
  std::array<epoll_event, 64> events;
  std::array<char, 2048> buffer;
  for (;;) {
    const int count = ::epoll_wait(epoll, events.data(), events.size(), -1);
    for (int i = 0; i < count; ++i) {
      const auto data = events[static_cast<std::size_t>(i)].data.u64;
      const int fd = static_cast<int>(data & 0xFFFFFFFFu);
      if (static_cast<Kind>(data >> 32) == Kind::listener) {
        const int accepted = ::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK);
        if (accepted >= 0) watch(epoll, accepted, Kind::connection);
        continue;
      }
      if (::recv(fd, buffer.data(), buffer.size(), 0) > 0)
        ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::close(fd);
    }
  }
}

void check(sockaddr_in address) {
  std::array<char, 2048> buffer;
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("connect");
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) die("send");
  const auto got = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (got < 12 || std::memcmp(buffer.data(), "HTTP/1.1 200", 12) != 0) die("recv");
  ::close(fd);
}

std::int64_t now(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

void ask(std::uint16_t port, std::uint32_t targets, std::uint32_t batch, int seconds) {
  const auto pause = 1'000'000'000LL * batch / targets;
  auto due = now(CLOCK_MONOTONIC);
  const auto end = due + seconds * 1'000'000'000LL;
  const auto cpu = now(CLOCK_THREAD_CPUTIME_ID);
  std::uint64_t checks = 0;
  for (std::uint32_t target = 0; due < end; due += pause) {
    const timespec until{due / 1'000'000'000, due % 1'000'000'000};
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
    for (std::uint32_t i = 0; i < batch; ++i, ++checks) check(address_of(target++ % targets, port));
  }
  std::printf("%lld %llu\n", static_cast<long long>(now(CLOCK_THREAD_CPUTIME_ID) - cpu),
              static_cast<unsigned long long>(checks));
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int i) { return static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 10)); };
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "respond" && argc == 4) respond(static_cast<std::uint16_t>(number(2)), number(3));
  if (mode != "ask" || argc != 6) {
    std::fputs("bare_checks respond PORT N | ask PORT N BATCH SECONDS\n", stderr);
    return 2;
  }
  ask(static_cast<std::uint16_t>(number(2)), number(3), number(4), static_cast<int>(number(5)));
}
