// One call's handle of libcurl and what comes of it. Used by http_calls.
#pragma once

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <string>

#include "control/rollout/http_calls.h"

namespace sluice {

class CurlTransfer final : public HttpTransfer {
 public:
  CurlTransfer(CURLM* multi, HttpRequest request, std::function<void(HttpResult)> done);
  ~CurlTransfer() override;
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // Whether libcurl took it; if not, `done` must be told otherwise.
  [[nodiscard]] bool begun() const noexcept { return begun_; }
  void finish(CURLcode code);  // may destroy this

 private:
  static std::size_t on_body(const char* bytes, std::size_t one, std::size_t count, void* self);
  static std::size_t on_header(const char* bytes, std::size_t one, std::size_t count, void* self);
  void set_up();
  [[nodiscard]] HttpResult result(CURLcode code) const;

  CURLM* multi_;
  CURL* easy_;
  curl_slist* headers_ = nullptr;
  HttpRequest request_;
  std::function<void(HttpResult)> done_;
  std::string body_;
  std::size_t head_size_ = 0;
  bool too_large_ = false;
  bool begun_ = false;
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace sluice
