#include "proxy/h2_stream.h"

namespace sluice {
namespace {

constexpr std::size_t kept_capacity = 16 * 1024;  // of a queue that has been emptied

}  // namespace

BodyStatus H2Stream::take_arrivals(BodyPart& part) {
  part = {};
  taken_.swap(arrived_);
  arrived_.clear();
  if (taken_.empty() && taken_.capacity() > kept_capacity) taken_.shrink_to_fit();
  if (!taken_.empty()) part.add(taken_);
  owed_ += taken_.size();
  part.end = ended_;
  if (part.bytes == 0 && !ended_ && closed_) return BodyStatus::truncated;
  if (!ended_ || !has_trailers_) return BodyStatus::ok;
  trailer_fields_ = std::make_unique<Fields>();
  if (!trailers_.read(*trailer_fields_)) return BodyStatus::malformed;
  part.trailers = trailer_fields_.get();
  return BodyStatus::ok;
}

}  // namespace sluice
