#include "control/rollout/http_transfer.h"

#include <algorithm>
#include <limits>

namespace sluice {
namespace {

constexpr std::size_t largest = 64 << 10;  // bytes of a head, and of a body
constexpr std::chrono::milliseconds longest_connect{10'000};

HttpResult::Error kind_of(CURLcode code) {
  using Error = HttpResult::Error;
  switch (code) {
    case CURLE_OK:
      return Error::none;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return Error::unreachable;
    case CURLE_OPERATION_TIMEDOUT:
      return Error::timed_out;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
      return Error::broken;
    default:
      return Error::other;
  }
}

long whole(std::chrono::milliseconds time) {
  return static_cast<long>(std::min<std::int64_t>(time.count(), std::numeric_limits<int>::max()));
}

}  // namespace

CurlTransfer::CurlTransfer(CURLM* multi, HttpRequest request, std::function<void(HttpResult)> done)
    : multi_(multi), easy_(curl_easy_init()), request_(std::move(request)), done_(std::move(done)) {
  if (!easy_) return;
  set_up();
  begun_ = curl_multi_add_handle(multi_, easy_) == CURLM_OK;
}

CurlTransfer::~CurlTransfer() {
  if (begun_) curl_multi_remove_handle(multi_, easy_);
  curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
}

void CurlTransfer::set_up() {
  const auto set = [this](CURLoption option, auto value) { curl_easy_setopt(easy_, option, value); };
  for (const auto& header : request_.headers) headers_ = curl_slist_append(headers_, header.c_str());
  headers_ = curl_slist_append(headers_, "Expect:");  // no 100-continue
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_URL, request_.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");  // none, whatever the environment says
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_USERAGENT, "sluice/" SLUICE_VERSION);
  set(CURLOPT_HTTPHEADER, headers_);
  set(CURLOPT_POSTFIELDS, request_.body.c_str());
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  set(CURLOPT_TIMEOUT_MS, whole(request_.timeout));
  set(CURLOPT_CONNECTTIMEOUT_MS, whole(std::min(request_.timeout, longest_connect)));
  set(CURLOPT_FRESH_CONNECT, 1L);  // a kept connection may have gone, and libcurl would send twice
  set(CURLOPT_FORBID_REUSE, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a look-up that hangs keeps nobody
  set(CURLOPT_ERRORBUFFER, error_);
  set(CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
  set(CURLOPT_HEADERDATA, this);
}

std::size_t CurlTransfer::on_body(const char* bytes, std::size_t one, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const auto size = one * count;
  transfer.too_large_ = transfer.body_.size() + size > largest;
  if (transfer.too_large_) return 0;  // libcurl gives up
  transfer.body_.append(bytes, size);
  return size;
}

std::size_t CurlTransfer::on_header(const char*, std::size_t one, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  transfer.head_size_ += one * count;
  transfer.too_large_ = transfer.head_size_ > largest;
  return transfer.too_large_ ? 0 : one * count;
}

HttpResult CurlTransfer::result(CURLcode code) const {
  HttpResult result;
  result.error = kind_of(code);
  if (too_large_) {
    result.error = HttpResult::Error::too_large;
    result.what = "the answer is larger than 64 KiB";
    return result;
  }
  if (code != CURLE_OK) {
    result.what = error_[0] ? error_ : curl_easy_strerror(code);
    return result;
  }
  long status = 0;
  char* location = nullptr;
  curl_off_t retry_after = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_, CURLINFO_REDIRECT_URL, &location);
  curl_easy_getinfo(easy_, CURLINFO_RETRY_AFTER, &retry_after);
  result.status = static_cast<int>(status);
  result.body = body_;
  if (location) result.location = location;
  if (retry_after > 0) result.retry_after = std::chrono::seconds(std::min<curl_off_t>(retry_after, 86'400));
  return result;
}

void CurlTransfer::finish(CURLcode code) {
  auto made = result(code);
  const auto done = std::move(done_);
  done(std::move(made));
}

}  // namespace sluice
