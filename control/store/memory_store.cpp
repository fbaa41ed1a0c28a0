#include "control/store/memory_store.h"

#include "control/store/refusal.h"

namespace sluice {

void MemoryStore::write(Write write, Done done) {
  if (auto refused = refusal(write, last_revision_)) return done(failure(std::move(*refused)));
  if (write.revision) last_revision_ = write.revision->number;
  done({});
}

}  // namespace sluice
