// Enlarges a bitmap by @SCALE@ with LiteRT (TensorFlow Lite).
// Generated for @FILE@: input "@INPUT@" @INPUT_SHAPE@ @INPUT_TYPE@, output "@OUTPUT@" @OUTPUT_SHAPE@.
// Gradle: implementation("com.google.ai.edge.litert:litert:1.4.2"), whose package kept its old name

import android.graphics.Bitmap
import android.graphics.Color
import java.io.File
import java.nio.ByteBuffer
import java.nio.ByteOrder
import org.tensorflow.lite.Interpreter

class LiteRtUpscaler(model: File) : AutoCloseable {
    private val interpreter = Interpreter(model, Interpreter.Options().setNumThreads(4))

    /** Returns the bitmap enlarged by @SCALE@. Use tiles of one size: another size allocates anew. */
    fun upscale(bitmap: Bitmap): Bitmap {
        val width = bitmap.width
        val height = bitmap.height
        interpreter.resizeInput(0, intArrayOf(1, height, width, 3))
        interpreter.allocateTensors()
        val pixels = IntArray(width * height)
        bitmap.getPixels(pixels, 0, width, 0, 0, width, height)
        val input = floats(width * height * 3)
        for (pixel in pixels) {
            input.putFloat(Color.red(pixel) / 255f)
            input.putFloat(Color.green(pixel) / 255f)
            input.putFloat(Color.blue(pixel) / 255f)
        }
        input.rewind()
        val output = floats(width * height * 3 * @SCALE@ * @SCALE@)
        interpreter.run(input, output)
        output.rewind()
        val result = IntArray(width * height * @SCALE@ * @SCALE@)
        for (i in result.indices) {
            result[i] = Color.rgb(level(output.getFloat()), level(output.getFloat()), level(output.getFloat()))
        }
        return Bitmap.createBitmap(result, width * @SCALE@, height * @SCALE@, Bitmap.Config.ARGB_8888)
    }

    private fun floats(count: Int): ByteBuffer =
        ByteBuffer.allocateDirect(4 * count).order(ByteOrder.nativeOrder())

    private fun level(value: Float): Int = (value * 255f + 0.5f).toInt().coerceIn(0, 255)

    override fun close() = interpreter.close()
}

// Tiles: step by @TILE@ - 2 * @OVERLAP@ px; keep all but @OVERLAP@ * @SCALE@ px on sides where another
// tile follows.
