#include "proxy/buffer.h"

#include <sys/mman.h>

#include <cstring>
#include <new>
#include <utility>

namespace sluice {

char* BlockPool::take() {
  if (free_.empty()) {
    free_.reserve(kept);
    void* block = ::mmap(nullptr, block_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) throw std::bad_alloc();
    return static_cast<char*>(block);
  }
  char* block = free_.back();
  free_.pop_back();
  return block;
}

void BlockPool::give(char* block) noexcept {
  if (free_.size() < free_.capacity()) {
    free_.push_back(block);
  } else {
    ::munmap(block, block_size);
  }
}

void BlockPool::shrink() noexcept {
  for (char* block : free_) ::munmap(block, block_size);
  free_.clear();
}

BlockPool::~BlockPool() {
  shrink();
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
