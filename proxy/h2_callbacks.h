// What nghttp2 calls while it reads and writes: fills and empties the queues of streams, judges what comes,
// resumes nobody. `self` is the session.
#pragma once

#include "proxy/h2_session.h"

namespace sluice {

struct H2Session::Callbacks {
  static void install(nghttp2_session_callbacks* callbacks);

  // How much of a stream's part goes into the next frame; none of it is copied yet.
  static ssize_t read_part(nghttp2_session* session, std::int32_t id, std::uint8_t*, std::size_t most,
                           std::uint32_t* flags, nghttp2_data_source*, void* self);

 private:
  static H2Session& of(void* self) noexcept { return *static_cast<H2Session*>(self); }
  static int begin_frame(nghttp2_session*, const nghttp2_frame_hd* frame, void* self);
  static int begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* self);
  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                    void* self);
  static int invalid_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t*, std::size_t,
                            const std::uint8_t*, std::size_t, std::uint8_t, void* self);
  static int frame(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int invalid_frame(nghttp2_session*, const nghttp2_frame*, int, void* self);
  static int data(nghttp2_session* session, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                  std::size_t size, void* self);
  static int close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* self);
  static int sent(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static void make_room(H2Session& own, H2Stream& stream, std::size_t size);
  static void submit_trailers(nghttp2_session* session, std::int32_t id, const Fields& trailers,
                              std::uint32_t* flags);
  static int send_data(nghttp2_session*, nghttp2_frame* frame, const std::uint8_t* header, std::size_t size,
                       nghttp2_data_source*, void* self);
};

}  // namespace sluice
