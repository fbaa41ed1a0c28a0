#include "proxy/buffer.h"

#include <cstring>
#include <new>
#include <utility>

namespace sluice {

char* BlockPool::take() {
  if (free_.empty()) {
    free_.reserve(kept);
    return static_cast<char*>(::operator new(block_size));
  }
  char* block = free_.back();
  free_.pop_back();
  return block;
}

void BlockPool::give(char* block) noexcept {
  if (free_.size() < free_.capacity()) {
    free_.push_back(block);
  } else {
    ::operator delete(block);
  }
}

BlockPool::~BlockPool() {
  for (char* block : free_) ::operator delete(block);
}

void Buffer::compact() noexcept {
  std::memmove(block_, block_ + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
}

void Buffer::release() noexcept {
  if (block_) pool_->give(block_);
  block_ = nullptr;
  begin_ = end_ = 0;
}

void Buffer::swap(Buffer& other) noexcept {
  std::swap(pool_, other.pool_);
  std::swap(block_, other.block_);
  std::swap(begin_, other.begin_);
  std::swap(end_, other.end_);
}

}  // namespace sluice
