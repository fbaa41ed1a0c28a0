#include "proxy/h2_callbacks.h"

#include <algorithm>
#include <cassert>
#include <vector>

namespace sluice {
namespace {

constexpr std::size_t frame_header = 9;
constexpr std::size_t short_body = 1024;  // bytes

std::string_view text(const std::uint8_t* data, std::size_t size) noexcept {
  return {reinterpret_cast<const char*>(data), size};
}

nghttp2_nv trailer(const Field& field) noexcept {
  const auto bytes = [](std::string_view view) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(view.data()));
  };
  return {bytes(field.name), bytes(field.value), field.name.size(), field.value.size(), NGHTTP2_NV_FLAG_NONE};
}

// Why nghttp2 ends a stream or a connection by itself; we have other codes for what we end.
bool is_peers_mistake(std::uint32_t code) noexcept {
  return code == NGHTTP2_PROTOCOL_ERROR || code == NGHTTP2_FLOW_CONTROL_ERROR ||
         code == NGHTTP2_STREAM_CLOSED || code == NGHTTP2_FRAME_SIZE_ERROR ||
         code == NGHTTP2_COMPRESSION_ERROR;
}

}  // namespace

void H2Session::Callbacks::install(nghttp2_session_callbacks* callbacks) {
  nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, begin_frame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, header);
  nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, invalid_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, invalid_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, close);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, sent);
  nghttp2_session_callbacks_set_send_data_callback(callbacks, send_data);
}

int H2Session::Callbacks::begin_frame(nghttp2_session*, const nghttp2_frame_hd* frame, void* self) {
  if (frame->type == NGHTTP2_HEADERS) of(self).check_order(frame->stream_id);
  return 0;
}

int H2Session::Callbacks::begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* self) {
  auto& own = of(self);
  own.counts_.block_begun();
  own.block_stream_ = frame->hd.stream_id;
  ++own.heads_;
  auto* stream = own.stream(frame->hd.stream_id);
  if (!stream && own.role_ == Role::server && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
    stream = own.streams_->begin_stream();
    if (!stream) {
      own.give_up_block(frame->hd.stream_id);
      return nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                       NGHTTP2_REFUSED_STREAM);
    }
    stream->id_ = frame->hd.stream_id;
    nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, stream);
  }
  if (!stream) return 0;
  if (!stream->final_head_ && !std::exchange(stream->head_whole_, false)) stream->newest_ ^= 1;
  stream->block_to_fill().begin(own.settings_.head);
  return 0;
}

int H2Session::Callbacks::header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                                 std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                                 std::uint8_t, void* self) {
  auto& own = of(self);
  auto* stream = own.stream(frame->hd.stream_id);
  if (stream) stream->block_to_fill().add(text(name, name_size), text(value, value_size));
  own.judge(own.counts_.field(name_size + value_size, own.settings_.head));
  return own.abuse_ == Abuse::header_lists ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

// Whoever sends what cannot be a field gets no answer that could be read as one: that makes the frame
// invalid.
int H2Session::Callbacks::invalid_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t*,
                                         std::size_t, const std::uint8_t*, std::size_t, std::uint8_t,
                                         void* self) {
  of(self).give_up_block(frame->hd.stream_id);
  return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

int H2Session::Callbacks::frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
  auto& own = of(self);
  auto* stream = own.stream(frame->hd.stream_id);
  if (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) own.pings_ = 0;
  switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
      own.block_stream_ = 0;
      if (stream) own.end_of_block(*stream, (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0);
      break;
    case NGHTTP2_DATA:
      if (stream && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) {
        stream->ended_ = true;
        own.note(*stream);
      }
      break;
    case NGHTTP2_SETTINGS:
      own.greeted_ = true;
      if (frame->hd.flags & NGHTTP2_FLAG_ACK) own.acknowledged_ = true;
      break;
    case NGHTTP2_RST_STREAM:
      if (own.role_ == Role::client) break;
      own.judge(own.counts_.reset_early());
      if (stream) stream->taken_back_ = true;
      break;
    case NGHTTP2_PING:
      if (frame->hd.flags & NGHTTP2_FLAG_ACK) own.pinging_ = false;
      break;
    case NGHTTP2_GOAWAY:
      own.goodbye_ = true;
      break;
    default:
      break;
  }
  return 0;
}

// Counted as it comes, and not once more when nghttp2's reset goes out.
int H2Session::Callbacks::invalid_frame(nghttp2_session*, const nghttp2_frame* frame, int, void* self) {
  of(self).give_up_block(frame->hd.stream_id);
  ++of(self).mistakes_counted_;
  of(self).count_mistake();
  if (auto* stream = of(self).stream(frame->hd.stream_id)) stream->malformed_ = true;
  return 0;
}

// What is short gets no more than it needs; what grows, as much as the window lets come.
void H2Session::Callbacks::make_room(H2Session& own, H2Stream& stream, std::size_t size) {
  const auto needed = stream.arrived_.size() + size, now = stream.arrived_.capacity();
  if (needed <= std::max(now, short_body)) return;
  stream.arrived_.reserve(
      std::max(needed, std::min(std::max(2 * now, 4 * short_body), own.own_window(stream))));
}

int H2Session::Callbacks::data(nghttp2_session* session, std::uint8_t, std::int32_t id,
                               const std::uint8_t* data, std::size_t size, void* self) {
  auto* stream = of(self).stream(id);
  if (!stream) return nghttp2_session_consume(session, id, size);  // nobody reads it any more
  if (of(self).role_ == Role::client) nghttp2_session_consume_connection(session, size);
  make_room(of(self), *stream, size);
  stream->arrived_.append(text(data, size));
  of(self).note(*stream);
  return 0;
}

int H2Session::Callbacks::close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* self) {
  of(self).give_up_block(id);
  auto* stream = of(self).stream(id);
  if (!stream) return 0;
  of(self).found_ = nullptr;
  stream->closed_ = true;
  stream->close_code_ = code;
  if (stream->closed_cleanly()) of(self).counts_.stream_finished();
  stream->id_ = -1;
  stream->give_up_sending();
  of(self).note(*stream);
  return 0;
}

int H2Session::Callbacks::sent(nghttp2_session*, const nghttp2_frame* frame, void* self) {
  auto& own = of(self);
  if (frame->hd.type == NGHTTP2_DATA) own.counts_.data_sent();
  if (frame->hd.type == NGHTTP2_GOAWAY && is_peers_mistake(frame->goaway.error_code) &&
      own.abuse_ == Abuse::none)
    own.abuse_ = Abuse::protocol_errors;
  // Of some mistakes, a body that is not as long as it says, nghttp2 tells no more than that it resets.
  if (frame->hd.type == NGHTTP2_RST_STREAM && is_peers_mistake(frame->rst_stream.error_code)) {
    if (own.mistakes_counted_ == 0) own.count_mistake();
    own.mistakes_counted_ -= own.mistakes_counted_ != 0;
  }
  if (frame->hd.type != NGHTTP2_HEADERS || !(frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) return 0;
  auto* stream = own.stream(frame->hd.stream_id);
  if (stream && std::exchange(stream->end_pending_, false)) own.note(*stream);
  return 0;
}

// How much of the stream's part goes into the next frame; none of it is copied yet.
ssize_t H2Session::Callbacks::read_part(nghttp2_session* session, std::int32_t id, std::uint8_t*,
                                        std::size_t most, std::uint32_t* flags, nghttp2_data_source*,
                                        void* self) {
  auto* const found = of(self).stream(id);
  if (!found) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  auto& stream = *found;
  if (!stream.sending_) {
    stream.deferred_ = true;
    return NGHTTP2_ERR_DEFERRED;
  }
  *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  const auto size = std::min(most, stream.left_);
  if (size == stream.left_ && stream.sending_->end) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (stream.sending_->trailers) {
      stream.end_pending_ = true;
      submit_trailers(session, id, *stream.sending_->trailers, flags);
      if (size == 0) stream.sending_ = nullptr;  // nghttp2 makes no frame that neither carries nor ends
    }
  }
  return static_cast<ssize_t>(size);
}

void H2Session::Callbacks::submit_trailers(nghttp2_session* session, std::int32_t id, const Fields& trailers,
                                           std::uint32_t* flags) {
  std::vector<nghttp2_nv> fields;
  for (const auto& field : trailers) fields.push_back(trailer(field));
  *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
  nghttp2_submit_trailer(session, id, fields.data(), fields.size());
}

int H2Session::Callbacks::send_data(nghttp2_session*, nghttp2_frame* frame, const std::uint8_t* header,
                                    std::size_t size, nghttp2_data_source*, void* self) {
  auto& own = of(self);
  auto* const found = own.stream(frame->hd.stream_id);
  if (!found || !found->sending_) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // its exchange is over
  auto& stream = *found;
  assert(frame->data.padlen == 0);
  if (own.out_.size() < frame_header + size) return NGHTTP2_ERR_WOULDBLOCK;
  own.put(text(header, frame_header));
  own.put_part(stream, size);
  if (stream.left_ == 0) {
    stream.sending_ = nullptr;
    own.note(stream);
  }
  return 0;
}

}  // namespace sluice
