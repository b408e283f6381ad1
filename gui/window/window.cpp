// GLFW, OpenGL and ImGui put together, and the loop that waits for the user.
//
// Called by main.cpp. Keys become commands in GLFW's callbacks, one by one, so that two presses
// within one frame are two steps. Not here: which key is which command (keys.cpp).
// Internal to gui/window/; public to it through window.hpp.
#include "gui/window/window.hpp"

#include "gui/draw/app.hpp"
#include "gui/window/keys.hpp"

#include <cmath>

#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#define GLFW_INCLUDE_NONE
#include <GL/gl.h>
#include <GLFW/glfw3.h>

namespace giambio::gui {
namespace {

// ImGui needs a few frames after an input until everything has settled.
constexpr int frames_after_input = 4;

class screen {
public:
    screen(study& of, const window_options& how) : of_(&of), how_(&how), app_(of) {
        if (glfwInit() == GLFW_FALSE) refuse("no display can be opened");
        glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
        glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 0);
        glfwWindowHint(GLFW_SCALE_TO_MONITOR, how.scaled_by_screen ? GLFW_TRUE : GLFW_FALSE);
        window_ = glfwCreateWindow(how.width, how.height, how.title.c_str(), nullptr, nullptr);
        if (window_ == nullptr) {
            glfwTerminate();
            refuse("no window with OpenGL 3 can be opened");
        }
        glfwSetWindowSizeLimits(window_, 480, 360, GLFW_DONT_CARE, GLFW_DONT_CARE);
        glfwMakeContextCurrent(window_);
        glfwSwapInterval(1);
        glfwSetWindowUserPointer(window_, this);
        glfwSetKeyCallback(window_, on_key);
        glfwSetCharCallback(window_, on_sign);
        glfwSetMouseButtonCallback(window_,
                                   [](GLFWwindow* window, int, int, int) { in(window).woken(); });
        glfwSetCursorPosCallback(window_,
                                 [](GLFWwindow* window, double, double) { in(window).woken(); });
        glfwSetScrollCallback(window_,
                              [](GLFWwindow* window, double, double) { in(window).woken(); });
        glfwSetCursorEnterCallback(window_, [](GLFWwindow* window, int) { in(window).woken(); });
        glfwSetWindowRefreshCallback(window_, on_refresh);
        ImGui::CreateContext();
        ImGui::GetIO().IniFilename = nullptr;
        of.set_own_scale(scale_of_screen());
        if (how.scaled_by_screen) of.perform(command::scale_reset);
        app_.prepare(width_in_units());
        // It calls the callbacks that were there before.
        ImGui_ImplGlfw_InitForOpenGL(window_, true);
        ImGui_ImplOpenGL3_Init("#version 130");
    }
    ~screen() {
        ImGui_ImplOpenGL3_Shutdown();
        ImGui_ImplGlfw_Shutdown();
        ImGui::DestroyContext();
        glfwDestroyWindow(window_);
        glfwTerminate();
    }
    screen(const screen&) = delete;
    screen& operator=(const screen&) = delete;

    void run() {
        while (glfwWindowShouldClose(window_) == 0) {
            if (frames_left_ > 0)
                glfwPollEvents();
            else
                wait();
            --frames_left_;
            of_->advance(glfwGetTime());
            draw();
        }
    }

private:
    [[noreturn]] static void refuse(const std::string& what) {
        const char* reason = nullptr;
        glfwGetError(&reason);
        throw no_graphics("The viewer's window cannot be opened: " + what +
                          (reason == nullptr ? "" : " (" + std::string(reason) + ")") +
                          ". A picture needs no display: add --screenshot OUT.png.");
    }

    // How many of our units (the mouse's) the user's screen has for one of its own. Whole quarters,
    // as the keys have them: a screen is seldom exactly as fine as it says.
    float scale_of_screen() const {
        float scale = 1;
        int units = 0;
        int pixels = 0;
        glfwGetWindowContentScale(window_, &scale, nullptr);
        glfwGetWindowSize(window_, &units, nullptr);
        glfwGetFramebufferSize(window_, &pixels, nullptr);
        if (units > 0 && pixels > 0)
            scale *= static_cast<float>(units) / static_cast<float>(pixels);
        return std::floor(scale * 4 + 0.2F) / 4;
    }

    float width_in_units() const {
        int width = 0;
        glfwGetWindowSize(window_, &width, nullptr);
        return static_cast<float>(width);
    }

    // An input, whenever it comes, has its frames drawn before the window rests again.
    void woken() { frames_left_ = frames_after_input; }

    // Until something happens, or until playing moves the playhead.
    void wait() {
        if (of_->play().playing()) {
            constexpr double frame_time = 1.0 / 60;
            return glfwWaitEventsTimeout(frame_time);
        }
        if (how_->at_rest) how_->at_rest();
        glfwWaitEvents();
        woken();
    }

    void draw() {
        int width = 0;
        int height = 0;
        glfwGetFramebufferSize(window_, &width, &height);
        if (width == 0 || height == 0) return;  // it is minimised
        if (app_.prepare(width_in_units())) {
            ImGui_ImplOpenGL3_DestroyFontsTexture();
            ImGui_ImplOpenGL3_CreateFontsTexture();
        }
        ImGui_ImplOpenGL3_NewFrame();
        ImGui_ImplGlfw_NewFrame();
        ImGui::NewFrame();
        // In the units of the mouse, of which one may be several pixels (Wayland, a fine screen).
        const ImVec2 size = ImGui::GetIO().DisplaySize;
        app_.frame(size.x, size.y);
        ImGui::Render();
        glViewport(0, 0, width, height);
        ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
        glfwSwapBuffers(window_);
        if (how_->after_frame) how_->after_frame();
    }

    // The mouse's place on the axis, when it is over the timeline.
    std::optional<double> mouse_place() const {
        double x = 0;
        double y = 0;
        glfwGetCursorPos(window_, &x, &y);
        const frame& in = of_->in();
        const auto left = static_cast<float>(x);
        const auto top = static_cast<float>(y);
        if (left < in.lanes_x() || left > in.right() || top < in.y || top > in.bottom())
            return std::nullopt;
        return place_of(in, of_->seen(), left);
    }

    static screen& in(GLFWwindow* window) {
        return *static_cast<screen*>(glfwGetWindowUserPointer(window));
    }

    void perform(const std::optional<command>& which) {
        if (!which || (held_ && !repeats(*which))) return;
        if (which == command::quit) glfwSetWindowShouldClose(window_, GLFW_TRUE);
        if (which == command::read_again) how_->read_again();
        of_->perform(*which, mouse_place());
    }

    static void on_key(GLFWwindow* window, int key, int code, int action, int modifiers) {
        in(window).woken();
        if (action == GLFW_RELEASE) return;
        in(window).held_ = action == GLFW_REPEAT;  // so is the sign that is told next
        if (in(window).of_->find().is_open() && types(key, modifiers)) return;
        const char* const sign = glfwGetKeyName(key, code);
        in(window).perform(command_of_key(key, modifiers, sign == nullptr ? "" : sign));
    }

    static void on_sign(GLFWwindow* window, unsigned int sign) {
        in(window).woken();
        if (in(window).of_->find().is_open())
            in(window).of_->type(sign);
        else
            in(window).perform(command_of_sign(sign));
    }

    static void on_refresh(GLFWwindow* window) { in(window).draw(); }

    study* of_;
    const window_options* how_;
    app app_;
    GLFWwindow* window_ = nullptr;
    int frames_left_ = frames_after_input;
    bool held_ = false;  // the key that was told last is held down
};

}  // namespace

void show_window(study& of, const window_options& how) {
    screen(of, how).run();
}

}  // namespace giambio::gui
