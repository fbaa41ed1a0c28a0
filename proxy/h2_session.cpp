#include "proxy/h2_session.h"

#include <array>
#include <cassert>
#include <cstring>
#include <vector>

namespace sluice {
namespace {

constexpr std::size_t frame_header = 9;
constexpr std::size_t most_unread_answers = 1000;
constexpr std::size_t most_held = 512 * 1024;  // bytes of heads of a connection

std::string_view text(const std::uint8_t* data, std::size_t size) noexcept {
  return {reinterpret_cast<const char*>(data), size};
}

using Options = std::unique_ptr<nghttp2_option, decltype(&nghttp2_option_del)>;

Options make_options() {
  nghttp2_option* made = nullptr;
  nghttp2_option_new(&made);
  Options options(made, nghttp2_option_del);
  nghttp2_option_set_no_auto_window_update(made, 1);
  nghttp2_option_set_max_outbound_ack(made, most_unread_answers);
  nghttp2_option_set_max_send_header_block_length(made, 256 * 1024);
  nghttp2_option_set_peer_max_concurrent_streams(made, 100);  // until it has said its own
  return options;
}

nghttp2_nv trailer(const Field& field) noexcept {
  const auto bytes = [](std::string_view view) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(view.data()));
  };
  return {bytes(field.name), bytes(field.value), field.name.size(), field.value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

// What nghttp2 calls. `self` is the session.
struct H2Session::Callbacks {
  static H2Session& of(void* self) noexcept { return *static_cast<H2Session*>(self); }

  static int begin_frame(nghttp2_session*, const nghttp2_frame_hd* frame, void* self) {
    if (frame->type == NGHTTP2_HEADERS) of(self).check_order(frame->stream_id);
    of(self).judge(of(self).counts_.frame(frame->type == NGHTTP2_CONTINUATION));
    return of(self).abuse_ == Abuse::continuations ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
  }

  static int begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* self) {
    auto& own = of(self);
    own.in_block_ = true;
    auto* stream = own.stream(frame->hd.stream_id);
    if (!stream && own.role_ == Role::server && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
      own.counts_.stream_opened();
      stream = own.streams_->begin_stream();
      if (!stream)
        return nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                         NGHTTP2_REFUSED_STREAM);
      stream->id_ = frame->hd.stream_id;
      nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, stream);
    }
    if (!stream) return 0;
    if (!stream->final_head_ && !std::exchange(stream->head_whole_, false)) stream->newest_ ^= 1;
    stream->block_to_fill().begin(own.settings_.head);
    return 0;
  }

  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                    void* self) {
    auto* stream = of(self).stream(frame->hd.stream_id);
    if (stream) stream->block_to_fill().add(text(name, name_size), text(value, value_size));
    return 0;
  }

  // Whoever sends what cannot be a field gets no answer that could be read as one.
  static int invalid_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t*, std::size_t,
                            const std::uint8_t*, std::size_t, std::uint8_t, void* self) {
    of(self).judge(of(self).counts_.stream_error());
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    auto& own = of(self);
    auto* stream = own.stream(frame->hd.stream_id);
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
        own.in_block_ = false;
        if (stream) own.end_of_block(*stream, (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0);
        break;
      case NGHTTP2_DATA: {
        const bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        own.judge(own.counts_.data(frame->hd.length, end));
        if (stream && end) {
          stream->ended_ = true;
          own.note(*stream);
        }
        break;
      }
      case NGHTTP2_SETTINGS:
        own.greeted_ = true;
        break;
      case NGHTTP2_WINDOW_UPDATE:
        own.judge(own.counts_.window_update());
        break;
      case NGHTTP2_PRIORITY:
        own.judge(own.counts_.priority());
        break;
      case NGHTTP2_RST_STREAM:
        if (stream && own.role_ == Role::server) own.judge(own.counts_.reset_early());
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

  static int invalid_frame(nghttp2_session*, const nghttp2_frame*, int, void* self) {
    of(self).judge(of(self).counts_.stream_error());
    return 0;
  }

  static int data(nghttp2_session* session, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                  std::size_t size, void* self) {
    auto* stream = of(self).stream(id);
    if (!stream) return nghttp2_session_consume(session, id, size);  // nobody reads it any more
    stream->arrived_.append(text(data, size));
    of(self).note(*stream);
    return 0;
  }

  static int close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* self) {
    auto* stream = of(self).stream(id);
    if (!stream) return 0;
    if (code == NGHTTP2_NO_ERROR) of(self).counts_.stream_finished();
    stream->closed_ = true;
    stream->close_code_ = code;
    stream->id_ = -1;
    stream->give_up_sending();
    of(self).note(*stream);
    return 0;
  }

  static int sent(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    auto& own = of(self);
    if (frame->hd.type == NGHTTP2_DATA) own.counts_.data_sent();
    if (frame->hd.type != NGHTTP2_HEADERS || !(frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) return 0;
    auto* stream = own.stream(frame->hd.stream_id);
    if (stream && std::exchange(stream->end_pending_, false)) own.note(*stream);
    return 0;
  }

  // How much of the stream's part goes into the next frame; none of it is copied yet.
  static ssize_t read_part(nghttp2_session* session, std::int32_t id, std::uint8_t*, std::size_t most,
                           std::uint32_t* flags, nghttp2_data_source*, void* self) {
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
      }
    }
    return static_cast<ssize_t>(size);
  }

  static void submit_trailers(nghttp2_session* session, std::int32_t id, const Fields& trailers,
                              std::uint32_t* flags) {
    std::vector<nghttp2_nv> fields;
    for (const auto& field : trailers) fields.push_back(trailer(field));
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    nghttp2_submit_trailer(session, id, fields.data(), fields.size());
  }

  static int send_data(nghttp2_session*, nghttp2_frame* frame, const std::uint8_t* header, std::size_t size,
                       nghttp2_data_source*, void* self) {
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
};

H2Session::H2Session(Role role, const H2Settings& settings, Streams* streams)
    : role_(role), settings_(settings), streams_(streams) {
  nghttp2_session_callbacks* made = nullptr;
  nghttp2_session_callbacks_new(&made);
  const std::unique_ptr<nghttp2_session_callbacks, decltype(&nghttp2_session_callbacks_del)> callbacks(
      made, nghttp2_session_callbacks_del);
  nghttp2_session_callbacks_set_on_begin_frame_callback(made, Callbacks::begin_frame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(made, Callbacks::begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(made, Callbacks::header);
  nghttp2_session_callbacks_set_on_invalid_header_callback(made, Callbacks::invalid_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(made, Callbacks::frame);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(made, Callbacks::invalid_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, Callbacks::data);
  nghttp2_session_callbacks_set_on_stream_close_callback(made, Callbacks::close);
  nghttp2_session_callbacks_set_on_frame_send_callback(made, Callbacks::sent);
  nghttp2_session_callbacks_set_send_data_callback(made, Callbacks::send_data);
  const auto options = make_options();
  nghttp2_session* session = nullptr;
  const int failed = role == Role::server ? nghttp2_session_server_new2(&session, made, this, options.get())
                                          : nghttp2_session_client_new2(&session, made, this, options.get());
  if (failed != 0) throw std::bad_alloc();
  session_.reset(session);

  std::vector<nghttp2_settings_entry> own{
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.stream_window},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, settings.head.total},
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, role == Role::server ? settings.max_streams : 0}};
  if (role == Role::client) own.push_back({NGHTTP2_SETTINGS_ENABLE_PUSH, 0});
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, own.data(), own.size());
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0,
                                        static_cast<std::int32_t>(settings.connection_window));
}

H2Stream* H2Session::stream(std::int32_t id) const noexcept {
  return static_cast<H2Stream*>(nghttp2_session_get_stream_user_data(session_.get(), id));
}

void H2Session::note(H2Stream& stream) noexcept {
  if (!stream.news_.is_linked()) news_.push_back(stream);
}

H2Stream* H2Session::next_with_news() noexcept {
  if (news_.empty()) return nullptr;
  auto& stream = news_.front();
  news_.pop_front();
  return &stream;
}

void H2Session::judge(Abuse abuse) {
  if (abuse == Abuse::none || abuse_ != Abuse::none) return;
  abuse_ = abuse;
  nghttp2_session_terminate_session(session_.get(), NGHTTP2_ENHANCE_YOUR_CALM);
}

// RFC 9113 §5.1.1: a stream that was passed over is closed for good, which nghttp2 lets pass.
void H2Session::check_order(std::int32_t id) {
  if (role_ == Role::client) return;
  const auto last = nghttp2_session_get_last_proc_stream_id(session_.get());
  if (id > before_gap_ && id < after_gap_) terminate(NGHTTP2_PROTOCOL_ERROR);
  if (id - 2 <= last) return;
  before_gap_ = last;
  after_gap_ = id;
}

void H2Session::end_of_block(H2Stream& stream, bool end) {
  if (end) stream.ended_ = true;
  if (!stream.final_head_) stream.bodiless_ = end;
  hold(stream);
  if (stream.final_head_) {
    stream.has_trailers_ = true;
  } else {
    stream.head_whole_ = true;
    stream.final_head_ = role_ == Role::server || !stream.heads_[stream.newest_].is_interim();
  }
  note(stream);
}

// What a hundred heads may hold together is far less than a hundred times what one may.
void H2Session::hold(H2Stream& stream) {
  auto& block = stream.block_to_fill();
  if (held_ + block.size() > most_held) block.refuse(ErrorCode::header_too_large);
  held_ += block.size();
  stream.held_ += block.size();
}

bool H2Session::receive(std::string_view bytes) {
  const auto taken = nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (taken == NGHTTP2_ERR_FLOODED && abuse_ == Abuse::none) abuse_ = Abuse::control_frames;
  return taken >= 0;
}

void H2Session::put(std::string_view bytes) noexcept {
  std::memcpy(out_.data(), bytes.data(), bytes.size());
  out_ = out_.subspan(bytes.size());
}

void H2Session::put_part(H2Stream& stream, std::size_t size) noexcept {
  stream.left_ -= size;
  while (size > 0) {
    const auto& piece = stream.sending_->pieces[stream.sent_pieces_];
    const auto step = std::min(size, piece.iov_len - stream.sent_of_piece_);
    put({static_cast<const char*>(piece.iov_base) + stream.sent_of_piece_, step});
    size -= step;
    stream.sent_of_piece_ += step;
    if (stream.sent_of_piece_ == piece.iov_len) {
      ++stream.sent_pieces_;
      stream.sent_of_piece_ = 0;
    }
  }
}

std::size_t H2Session::produce(std::span<char> into) {
  out_ = into;
  while (!out_.empty()) {
    if (rest_.empty()) {
      const std::uint8_t* data = nullptr;
      const auto size = nghttp2_session_mem_send(session_.get(), &data);
      if (size <= 0) break;  // frames of data have gone by themselves
      rest_ = text(data, static_cast<std::size_t>(size));
    }
    const auto step = std::min(rest_.size(), out_.size());
    put(rest_.substr(0, step));
    rest_.remove_prefix(step);
  }
  return into.size() - out_.size();
}

bool H2Session::is_over() const noexcept {
  return rest_.empty() && !nghttp2_session_want_read(session_.get()) &&
         !nghttp2_session_want_write(session_.get());
}

void H2Session::set_part(H2Stream& stream, const BodyPart& part) noexcept {
  if (part.bytes == 0 && !part.end) return;  // nothing yet
  stream.sending_ = &part;
  stream.sent_pieces_ = stream.sent_of_piece_ = 0;
  stream.left_ = part.bytes;
}

void H2Session::send_interim(H2Stream& stream, H2Fields head) {
  if (stream.is_open())
    nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream.id_, nullptr, head.data(), head.size(),
                           nullptr);
}

bool H2Session::send_response(H2Stream& stream, H2Fields head, const BodyPart& first) {
  if (!stream.is_open()) return false;
  const bool bodiless = first.end && first.bytes == 0 && !first.trailers;
  nghttp2_data_provider body{.source = {.ptr = nullptr}, .read_callback = Callbacks::read_part};
  if (!bodiless) set_part(stream, first);
  stream.end_pending_ = bodiless;
  return nghttp2_submit_response(session_.get(), stream.id_, head.data(), head.size(),
                                 bodiless ? nullptr : &body) == 0;
}

bool H2Session::send_request(H2Stream& stream, H2Fields head, const BodyPart& first) {
  const bool bodiless = first.end && first.bytes == 0 && !first.trailers;
  nghttp2_data_provider body{.source = {.ptr = nullptr}, .read_callback = Callbacks::read_part};
  if (!bodiless) set_part(stream, first);
  const auto id = nghttp2_submit_request(session_.get(), nullptr, head.data(), head.size(),
                                         bodiless ? nullptr : &body, &stream);
  if (id < 0) return false;
  stream.id_ = id;
  stream.end_pending_ = bodiless;
  return true;
}

void H2Session::send_part(H2Stream& stream, const BodyPart& part) {
  if (!stream.is_open()) return;
  set_part(stream, part);
  if (std::exchange(stream.deferred_, false)) nghttp2_session_resume_data(session_.get(), stream.id_);
}

void H2Session::reset(H2Stream& stream, std::uint32_t code) {
  if (stream.is_open()) nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id_, code);
}

void H2Session::consume(H2Stream& stream, std::size_t bytes) {
  if (bytes == 0) return;
  if (stream.is_open())
    nghttp2_session_consume(session_.get(), stream.id_, bytes);
  else
    nghttp2_session_consume_connection(session_.get(), bytes);
}

void H2Session::forget(H2Stream& stream) noexcept {
  held_ -= std::exchange(stream.held_, 0);
  if (stream.is_open()) nghttp2_session_set_stream_user_data(session_.get(), stream.id_, nullptr);
}

bool H2Session::give_back_window(H2Stream& stream) {
  const auto owed = std::exchange(stream.owed_, 0);
  consume(stream, owed);
  return owed != 0;
}

void H2Session::release(H2Stream& stream) noexcept {
  reset(stream, NGHTTP2_CANCEL);
  consume(stream, stream.arrived_.size() + std::exchange(stream.owed_, 0));
  forget(stream);
}

void H2Session::lose(H2Stream& stream) noexcept {
  forget(stream);
  stream.closed_ = true;
  stream.close_code_ = NGHTTP2_INTERNAL_ERROR;
  stream.id_ = -1;
  stream.give_up_sending();
  note(stream);
}

void H2Session::announce_end() {
  nghttp2_submit_shutdown_notice(session_.get());
}

void H2Session::end(std::uint32_t code) {
  nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(session_.get()), code, nullptr, 0);
}

void H2Session::ping() {
  pinging_ = true;
  nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);
}

std::uint32_t H2Session::peer_streams() const noexcept {
  return nghttp2_session_get_remote_settings(session_.get(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

bool H2Session::takes_requests() const noexcept {
  return !goodbye_ && nghttp2_session_check_request_allowed(session_.get()) != 0;
}

}  // namespace sluice
