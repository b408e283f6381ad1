// Two tasks that speak to each other: through a memory channel, then through a network channel,
// which is a pair of sockets. The writer closes; the reader drains, then learns the end.
//
// Public: a program to read, run and change.
#include <giambio.hpp>

using giambio::coroutine;
using giambio::pool;
using std::chrono::seconds;

coroutine<> write_numbers(giambio::channel_sender<int> into, int count) {
    for (int i = 0; i < count; ++i) {
        co_await into.send(i);
        fmt::print("sent {}\n", i);
    }
    into.close();
    fmt::print("the writer closes\n");
}

coroutine<> read_numbers(giambio::channel_receiver<int> from) {
    while (const auto item = co_await from.next()) {
        co_await giambio::sleep(seconds(1));
        fmt::print("got {}\n", *item);
    }
    fmt::print("the reader learns the end\n");
}

coroutine<> in_memory() {
    auto [sender, receiver] = giambio::make_channel<int>(2);
    auto body = [&](pool& both) -> coroutine<> {
        both.spawn(write_numbers(std::move(sender), 4), "writer");
        both.spawn(read_numbers(std::move(receiver)), "reader");
        co_return;
    };
    co_await giambio::with_pool(body);
}

coroutine<> write_words(giambio::network_channel into) {
    const std::vector<std::string> words{"one", "two", "three"};
    for (const std::string& word : words) co_await into.write(word);
    into.close();
}

coroutine<> over_sockets() {
    auto [first, second] = giambio::make_network_channel();
    const giambio::task<> writing = giambio::spawn(write_words(std::move(first)), "writer");
    while (const auto word = co_await second.read()) fmt::print("read {}\n", *word);
    fmt::print("the channel is closed\n");
    co_await writing.join();
}

int main() {
    giambio::async_scheduler{giambio::simulated{}}.start(in_memory());
    giambio::run(over_sockets());
}
