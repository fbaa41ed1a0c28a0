#include "proxy/kept_body.h"

namespace sluice {

void KeptBody::begin(std::uint64_t limit, const BodyPart& first) {
  limit_ = limit;
  whole_ = true;
  keep(first);
}

void KeptBody::keep(const BodyPart& part) {
  if (!whole_) return;
  if (text_.size() + part.bytes > limit_ || part.trailers) {
    clear();
    return;
  }
  for (std::size_t i = 0; i < part.count; ++i)
    text_.append(static_cast<const char*>(part.pieces[i].iov_base), part.pieces[i].iov_len);
  end_ = part.end;
}

BodyPart KeptBody::part() const noexcept {
  BodyPart part;
  if (!text_.empty()) part.add(text_);
  part.end = end_;
  return part;
}

void KeptBody::clear() noexcept {
  text_.clear();
  if (text_.capacity() > kept_capacity) text_.shrink_to_fit();
  whole_ = end_ = false;
}

}  // namespace sluice
