#include "control/rollout/http_calls.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <map>
#include <stdexcept>

#include "control/rollout/http_transfer.h"

namespace sluice {
namespace {

using boost::asio::posix::stream_descriptor;

// A socket of libcurl's, which opens and closes it; here it is only waited for.
struct Watched {
  Watched(boost::asio::io_context& io, curl_socket_t socket) : descriptor(io) {
    boost::system::error_code error;
    descriptor.assign(socket, error);
    lost = bool(error);
  }

  stream_descriptor descriptor;
  int wanted = 0;  // of CURL_POLL_*
  std::array<bool, 2> waiting{};
  bool lost = false;  // libcurl's again
};

}  // namespace

// libcurl's multi interface on Asio: it says which sockets to watch and when to come back.
class HttpCalls::Multi {
 public:
  explicit Multi(boost::asio::io_context& io) : io_(io), timer_(io), multi_(curl_multi_init()) {
    if (!multi_) throw std::runtime_error("libcurl cannot start");
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  }
  ~Multi() {
    curl_multi_cleanup(multi_);
    for (auto& [socket, watched] : watched_) let_go(*watched);
  }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  std::unique_ptr<HttpTransfer> post(HttpRequest request, std::function<void(HttpResult)> done) {
    auto transfer = std::make_unique<CurlTransfer>(multi_, std::move(request), done);
    if (!transfer->begun())
      boost::asio::post(io_, [done = std::move(done)] {
        done({.error = HttpResult::Error::other, .what = "libcurl cannot begin"});
      });
    return transfer;
  }

 private:
  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    static_cast<Multi*>(self)->watch(socket, what);
    return 0;
  }
  // Not acted upon inside: libcurl is calling.
  static int on_timer(CURLM*, long milliseconds, void* self) {
    static_cast<Multi*>(self)->arm(milliseconds);
    return 0;
  }

  void arm(long milliseconds) {
    if (milliseconds < 0) {
      timer_.cancel();
      return;
    }
    timer_.expires_after(std::chrono::milliseconds(milliseconds));
    timer_.async_wait([this](boost::system::error_code error) {
      if (!error) act(CURL_SOCKET_TIMEOUT, 0);
    });
  }

  void watch(curl_socket_t socket, int what) {
    auto found = watched_.find(socket);
    if (what == CURL_POLL_REMOVE) {
      if (found == watched_.end()) return;
      let_go(*found->second);
      watched_.erase(found);
      return;
    }
    if (found == watched_.end())
      found = watched_.emplace(socket, std::make_shared<Watched>(io_, socket)).first;
    found->second->wanted = what;
    wait(socket, found->second);
  }

  static void let_go(Watched& watched) {
    if (!watched.lost) watched.descriptor.release();
    watched.lost = true;
  }

  void wait(curl_socket_t socket, const std::shared_ptr<Watched>& watched) {
    wait_for(socket, watched, CURL_POLL_IN);
    wait_for(socket, watched, CURL_POLL_OUT);
  }

  void wait_for(curl_socket_t socket, const std::shared_ptr<Watched>& watched, int direction) {
    auto& waiting = watched->waiting[direction == CURL_POLL_IN ? 0 : 1];
    if (watched->lost || waiting || !(watched->wanted & direction)) return;
    waiting = true;
    const auto type =
        direction == CURL_POLL_IN ? stream_descriptor::wait_read : stream_descriptor::wait_write;
    watched->descriptor.async_wait(type, [this, socket, watched, direction](boost::system::error_code error) {
      watched->waiting[direction == CURL_POLL_IN ? 0 : 1] = false;
      if (watched->lost || error == boost::asio::error::operation_aborted) return;
      const bool wanted = watched->wanted & direction;  // else libcurl has changed its mind since
      if (wanted) act(socket, direction == CURL_POLL_IN ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
      wait(socket, watched);
    });
  }

  void act(curl_socket_t socket, int events) {
    int running = 0;
    curl_multi_socket_action(multi_, socket, events, &running);
    int left = 0;
    while (const auto* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const auto code = message->data.result;
      CurlTransfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      transfer->finish(code);
    }
  }

  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
  std::map<curl_socket_t, std::shared_ptr<Watched>> watched_;
  CURLM* multi_;
};

HttpCalls::HttpCalls(boost::asio::io_context& io) {
  static const auto initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) throw std::runtime_error("libcurl cannot start");
  multi_ = std::make_unique<Multi>(io);
}

HttpCalls::~HttpCalls() = default;

std::unique_ptr<HttpTransfer> HttpCalls::post(HttpRequest request, std::function<void(HttpResult)> done) {
  return multi_->post(std::move(request), std::move(done));
}

}  // namespace sluice
