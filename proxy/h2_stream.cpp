#include "proxy/h2_stream.h"

#include "proxy/frame_pool.h"

namespace sluice {
namespace {

constexpr std::size_t kept_capacity = 4 * 1024;  // of a queue that has been emptied

constexpr std::size_t most_kept = 4096;  // bytes of a part that waits for a window

}  // namespace

struct H2Stream::Rest : FromFramePool {
  BodyPart part;
  std::string bytes;
};

H2Stream::H2Stream() = default;
H2Stream::~H2Stream() = default;

bool H2Stream::keep_rest() {
  if (!sending_ || sending_->trailers || left_ == 0 || left_ > most_kept) return false;
  auto rest = std::make_unique<Rest>();
  rest->bytes.reserve(left_);
  for (std::size_t i = sent_pieces_; i < sending_->count; ++i) {
    const auto& piece = sending_->pieces[i];
    const auto skip = i == sent_pieces_ ? sent_of_piece_ : 0;
    rest->bytes.append(static_cast<const char*>(piece.iov_base) + skip, piece.iov_len - skip);
  }
  rest->part.add(rest->bytes);
  rest->part.end = sending_->end;
  sent_pieces_ = sent_of_piece_ = 0;
  rest_ = std::move(rest);
  sending_ = &rest_->part;
  return true;
}

BodyStatus H2Stream::take_arrivals(BodyPart& part) {
  part = {};
  taken_.swap(arrived_);
  arrived_.clear();
  if (arrived_.capacity() > kept_capacity) arrived_.shrink_to_fit();
  if (!taken_.empty()) part.add(taken_);
  owed_ += taken_.size();
  part.end = ended_;
  if (part.bytes == 0 && !ended_ && closed_) return BodyStatus::truncated;
  if (!ended_ || !has_trailers_) return BodyStatus::ok;
  trailer_fields_ = std::make_unique<Fields>();
  if (!trailers_.read(*trailer_fields_)) return BodyStatus::malformed;
  if (trailer_fields_->size() != 0) part.trailers = trailer_fields_.get();
  return BodyStatus::ok;
}

}  // namespace sluice
