#include "proxy/h2_session.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "proxy/h2_callbacks.h"
#include "proxy/h2_memory.h"

namespace sluice {
namespace {

constexpr std::uint32_t tolerance_of_targets = 100;
constexpr std::size_t most_unread_answers = 1000;
// Of reading. A whole turn is some hundred microseconds.
constexpr int whole_turn = 500, cost_of_read = 2, cost_of_frame = 1, cost_of_headers = 25;
constexpr std::uint32_t bytes_for_one = 256;
constexpr std::size_t most_held = 512 * 1024;  // bytes of heads of a connection

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

}  // namespace

H2Session::H2Session(Role role, const H2Settings& settings, Streams* streams)
    : role_(role),
      settings_(settings),
      streams_(streams),
      frames_(role == Role::server ? NGHTTP2_CLIENT_MAGIC_LEN : 0),
      counts_(role == Role::server ? 1 : tolerance_of_targets) {
  nghttp2_session_callbacks* made = nullptr;
  nghttp2_session_callbacks_new(&made);
  const std::unique_ptr<nghttp2_session_callbacks, decltype(&nghttp2_session_callbacks_del)> callbacks(
      made, nghttp2_session_callbacks_del);
  Callbacks::install(made);
  const auto options = make_options();
  nghttp2_session* session = nullptr;
  const auto make = role == Role::server ? nghttp2_session_server_new3 : nghttp2_session_client_new3;
  const int failed = make(&session, made, this, options.get(), h2_memory());
  if (failed != 0) throw std::bad_alloc();
  session_.reset(session);

  std::vector<nghttp2_settings_entry> own{
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.stream_window},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, settings.head.total},
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, role == Role::server ? settings.max_streams : 0}};
  if (role == Role::client) own.push_back({NGHTTP2_SETTINGS_ENABLE_PUSH, 0});
  if (role == Role::server) own.push_back({NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1});
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, own.data(), own.size());
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0,
                                        static_cast<std::int32_t>(settings.connection_window));
}

H2Stream* H2Session::stream(std::int32_t id) const noexcept {
  if (!found_ || found_->id_ != id)
    found_ = static_cast<H2Stream*>(nghttp2_session_get_stream_user_data(session_.get(), id));
  return found_;
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
  held_ -= stream.held_;
  if (held_ + stream.size_of_heads() > most_held) stream.block_to_fill().refuse(ErrorCode::header_too_large);
  stream.held_ = stream.size_of_heads();
  held_ += stream.held_;
}

void H2Session::begin_turn() noexcept {
  turn_ = whole_turn;
}

bool H2Session::receive(std::string_view& bytes) {
  if (is_turn_over()) begin_turn();
  const auto size = frames_.read(bytes, turn_, [this](const H2FrameHead& head) {
    judge(counts_.frame(head));
    return (head.type == NGHTTP2_HEADERS ? cost_of_headers : cost_of_frame) +
           static_cast<int>(head.length / bytes_for_one);
  });
  turn_ -= cost_of_read;  // a record of TLS may hold a byte
  const auto taken =
      nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), size);
  bytes.remove_prefix(size);
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
      rest_ = {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
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
  if (stream.is_closed()) return false;  // it was lost before it began
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
  if (stream.is_open()) nghttp2_session_consume_stream(session_.get(), stream.id_, bytes);
  if (role_ == Role::server) nghttp2_session_consume_connection(session_.get(), bytes);
}

void H2Session::forget(H2Stream& stream) noexcept {
  held_ -= std::exchange(stream.held_, 0);
  if (found_ == &stream) found_ = nullptr;
  if (stream.is_open()) nghttp2_session_set_stream_user_data(session_.get(), stream.id_, nullptr);
}

std::size_t H2Session::give_back_window(H2Stream& stream) {
  const auto owed = std::exchange(stream.owed_, 0);
  consume(stream, owed);
  return owed;
}

std::size_t H2Session::own_window(const H2Stream& stream) const noexcept {
  const auto window = nghttp2_session_get_stream_effective_local_window_size(session_.get(), stream.id_);
  return static_cast<std::size_t>(std::max(window, 0));
}

void H2Session::widen(H2Stream& stream, std::size_t by) {
  if (!stream.is_open() || by == 0) return;
  const auto window = static_cast<std::int32_t>(own_window(stream) + by);
  nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, stream.id_, window);
}

std::size_t H2Session::window(const H2Stream& stream) const noexcept {
  const auto own = nghttp2_session_get_stream_remote_window_size(session_.get(), stream.id_);
  const auto shared = nghttp2_session_get_remote_window_size(session_.get());
  return static_cast<std::size_t>(std::max(std::min(own, shared), 0));
}

void H2Session::release(H2Stream& stream) noexcept {
  reset(stream, NGHTTP2_CANCEL);
  consume(stream, stream.arrived_.size() + std::exchange(stream.owed_, 0));
  forget(stream);
}

void H2Session::lose(H2Stream& stream) noexcept {
  forget(stream);
  note(stream);
  if (stream.closed_) return;  // it is not told yet how it ended
  stream.closed_ = stream.lost_ = true;
  stream.close_code_ = NGHTTP2_INTERNAL_ERROR;
  stream.id_ = -1;
  stream.give_up_sending();
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
  ++pings_;
  nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);
}

std::uint32_t H2Session::peer_streams() const noexcept {
  return nghttp2_session_get_remote_settings(session_.get(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

bool H2Session::takes_connect() const noexcept {
  return nghttp2_session_get_remote_settings(session_.get(), NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL) == 1;
}

bool H2Session::takes_requests() const noexcept {
  return !goodbye_ && nghttp2_session_check_request_allowed(session_.get()) != 0;
}

}  // namespace sluice
